-- Instruments that a body has loaded, in its licence: those that ship with the
-- product are in no table. What an edition says never changes.
create table instrument (
    network_id text        not null,
    org_id     text        not null, -- whose it is: others see it only in the cases they share
    code       text        not null,
    edition    text        not null,
    body       text        not null, -- as JSON
    loaded_by  text        not null,
    loaded_at  timestamptz not null,
    primary key (network_id, org_id, code, edition)
);

-- An assessment of a family, or of one of its persons, under a case. Whom, with what
-- and when stand in the clear; the levels and what was noted are sealed.
create table assessment (
    network_id    text        not null,
    id            text        not null, -- of the preliminary analysis: the case's, which has one
    case_id       text        not null,
    instrument    text        not null,
    edition       text        not null,
    instrument_of text        not null default '', -- the body that loaded the instrument
    subject_kind  text        not null,
    subject_id    text        not null,
    moment        text        not null,
    held_on       date        not null,
    closed_on     date,
    revision      integer     not null, -- 0 a draft, 1 closed, one more for each correction
    review_on     date, -- when to look again
    -- In what the subject stands better than at first, as the measures say it: "all
    -- area_5". What is here has left the sealed levels as a fact, and nothing else has.
    improved      text        not null default '',
    created_by    text        not null,
    created_at    timestamptz not null,
    primary key (network_id, id)
);
create index assessment_case on assessment (network_id, case_id, held_on);
create index assessment_subject on assessment (network_id, subject_id);

-- What was said of each domain, every version: the highest is what stands. Of a family
-- it is sealed under the key of the case, of a person under the person's own.
create table assessment_score (
    network_id    text        not null,
    assessment_id text        not null,
    domain        text        not null,
    version       integer     not null,
    level         integer, -- only of before this table: since, it is sealed with the rest
    sealed        bytea       not null,
    saved_by      text        not null,
    saved_at      timestamptz not null,
    primary key (network_id, assessment_id, domain, version)
);

-- The six areas of the preliminary analysis are an assessment as others are.
insert into assessment (network_id, id, case_id, instrument, edition, subject_kind, subject_id, moment, held_on,
    closed_on, revision, created_by, created_at)
select c.network_id, c.id, c.id, 'six_areas', '1', 'household', c.household_id, 't0', coalesce(c.analysed_on, c.opened_on),
    c.analysed_on, case when c.analysed_on is null then 0 else 1 end, c.manager_id, c.created_at
from case_file c
where exists (select 1 from case_area a where a.network_id = c.network_id and a.case_id = c.id);
insert into assessment_score (network_id, assessment_id, domain, version, level, sealed, saved_by, saved_at)
select network_id, case_id, area, version, severity, sealed, saved_by, saved_at from case_area;
drop table case_area;
