-- What a body beside the one that leads does with a family, in its own right: on one
-- subject, from a day and maybe to a day. Its people in the team see what the subject
-- opens, and no more. Subjects and reasons are codes, and nothing is narrative.
create table case_mandate (
    network_id text        not null,
    id         text        not null,
    case_id    text        not null,
    org_id     text        not null,
    subject    text        not null,
    told       boolean     not null, -- the other bodies beside it see that it is there
    given_by   text        not null, -- account
    valid_from date        not null,
    valid_to   date,
    end_reason text        not null default '',
    primary key (network_id, id)
);
create unique index case_mandate_open on case_mandate (network_id, case_id, org_id, subject) where valid_to is null;

-- Who answers for it there, one after the other.
create table case_mandate_worker (
    network_id text    not null,
    mandate_id text    not null,
    turn       integer not null, -- 1 is the first
    account_id text    not null,
    valid_from date    not null,
    primary key (network_id, mandate_id, turn)
);
