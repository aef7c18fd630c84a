-- Two entries of one subject, merged on a day: from counts as into since then.
-- Like facts, merges are only added; one that was wrong is undone by a second row.
create table ledger_alias (
    network_id text        not null,
    id         text        not null,
    kind       text        not null, -- person, household, operator, citizen, organisation
    from_id    text        not null,
    into_id    text        not null,
    undoes     text        not null default '', -- the merge that this row takes back
    posted_at  timestamptz not null,
    primary key (network_id, id)
);
create index ledger_alias_kind on ledger_alias (network_id, kind, posted_at);
create unique index ledger_alias_undone on ledger_alias (network_id, undoes) where undoes <> '';

-- What a figure reads of a fact, in the order in which things are counted: an
-- answer never goes to the table. At 500 000 facts it is two to seven times
-- faster than the index that it replaces (docs/adr/0020-first-facts.md).
create index fact_counted on fact (network_id, programme, measure, subject_id, service_date, id, posted_at, reverses,
    activity, mode, org_id, territory_id, source_id, quantity, sex, age_class, citizenship, profession);
drop index fact_question;

-- A figure that no record can give, as somebody declared it. Declarations are only
-- added: one that was wrong is corrected by a second, which says which.
create table declared_value (
    network_id  text        not null,
    id          text        not null,
    programme   text        not null, -- code
    indicator   text        not null, -- code
    on_date     date        not null, -- the day that the value is of
    value       bigint      not null,
    evidence    bytea       not null, -- sealed: what one writes may speak of people
    author_id   text        not null,
    declared_at timestamptz not null,
    corrects    text        not null default '',
    primary key (network_id, id)
);
create index declared_value_of on declared_value (network_id, programme, indicator, declared_at);
create unique index declared_value_corrected on declared_value (network_id, corrects) where corrects <> '';
