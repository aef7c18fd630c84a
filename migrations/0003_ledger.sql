-- Facts are added and never changed. A correction is a second fact with the
-- quantity reversed, so any figure can be asked as it was known on a date.
create table fact (
    network_id   text        not null,
    id           text        not null,
    posted_at    timestamptz not null,
    measure      text        not null,
    service_date date        not null,
    subject_kind text        not null,
    subject_id   text        not null default '', -- a random id, never a name; empty when nobody was named
    programme    text        not null default '',
    activity     text        not null default '',
    org_id       text        not null,
    territory_id text        not null default '',
    mode         text        not null default '',
    quantity     bigint      not null,
    source_kind  text        not null,
    source_id    text        not null,
    reverses     text        not null default '',
    sex          text        not null default '',
    age_class    text        not null default '',
    citizenship  text        not null default '',
    profession   text        not null default '',
    primary key (network_id, id)
);
create index fact_question on fact (network_id, programme, measure, activity, service_date);
create index fact_source on fact (network_id, source_kind, source_id);
create unique index fact_reversed on fact (network_id, reverses) where reverses <> '';
