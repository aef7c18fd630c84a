-- What was said of who can be counted for a programme, and when it was said: rows
-- are only added, and of those that cover a day the last said one holds. Nothing
-- finer than whether is kept, nor why (safeguards, 6).
create table eligibility (
    network_id   text        not null,
    id           text        not null,
    subject_kind text        not null, -- person, household
    subject_id   text        not null,
    programme    text        not null,
    valid_from   date        not null,
    valid_to     date,
    met          boolean     not null,
    recorded_by  text        not null,
    recorded_at  timestamptz not null,
    primary key (network_id, id)
);
create index eligibility_subject on eligibility (network_id, subject_id, programme);

-- Where work belongs that does not count there, because whom it is for was not
-- eligible on the day of service.
alter table fact add column for_programme text not null default '';
alter table fact add column for_activity text not null default '';
create index fact_subject on fact (network_id, subject_id);

-- Which other money pays for work that no programme does: a code of the list of
-- funding lines; empty is not stated.
alter table intervention add column funding_line text not null default '';
