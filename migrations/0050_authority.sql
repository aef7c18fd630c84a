-- What an authority ordered or asked about a family: the mandate of a Juvenile Court, the
-- inquiry of a Prosecutor. That there is one is sealed too, with all its words, under the
-- key of the case; in the clear stand who may read it and the days that ask for an answer.
create table authority_act (
    network_id    text        not null,
    id            text        not null,
    case_id       text        not null,
    account_id    text        not null, -- who wrote it down
    org_id        text        not null, -- for whom they worked then
    readers       text        not null, -- 'team', 'body' or 'author', as in the diary
    due_on        date,                 -- the answer is due
    sealed        bytea       not null, -- kind, authority, number, day, what is asked
    created_at    timestamptz not null,
    answered_on   date,
    answered_by   text        not null default '',
    answer        bytea,                -- sealed
    document_id   text        not null default '', -- of the case, that answers
    void_reason   text        not null default '', -- why it should not stand here; it stays, crossed out
    voided_by     text        not null default '',
    primary key (network_id, id)
);
create index authority_act_case on authority_act (network_id, case_id, id);
