-- A case that goes on from one that was closed names it.
alter table case_file add column reopens text not null default '';

-- When a case came to each stage, and why, where somebody had to say why.
create table case_stage (
    network_id text        not null,
    id         text        not null,
    case_id    text        not null,
    stage      text        not null,
    since      date        not null,
    reason     text        not null default '',
    account_id text        not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);
create index case_stage_case on case_stage (network_id, case_id, id);
