-- What happened with a family, as the diary tells it beside the interventions. Kind, day
-- and who may read stand in the clear; words, and who was there, are sealed under the key
-- of the case.
create table diary_entry (
    network_id  text        not null,
    id          text        not null,
    case_id     text        not null,
    account_id  text        not null, -- who wrote it
    org_id      text        not null, -- for whom they worked then
    kind        text        not null,
    readers     text        not null, -- 'team', 'body' or 'author'
    happened_on date        not null,
    sealed      bytea       not null,
    version     integer     not null,
    created_at  timestamptz not null,
    primary key (network_id, id)
);
create index diary_entry_case on diary_entry (network_id, case_id, happened_on);

-- What an entry said until it was corrected, with the reason of the correction.
create table diary_entry_earlier (
    network_id text        not null,
    entry_id   text        not null,
    version    integer     not null,
    sealed     bytea       not null,
    ended_at   timestamptz not null,
    primary key (network_id, entry_id, version)
);
