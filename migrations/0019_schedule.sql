-- When an activity of a logframe runs, who answers for it, how and in what state.
-- Each change is a row of its own, so what was planned before stays; without a
-- row the pack says it. What is written here is of the work, not of people.
create table activity_plan (
    network_id text        not null,
    id         text        not null,
    programme  text        not null,
    activity   text        not null, -- its code in the logframe
    version    integer     not null, -- from 1; the highest holds
    starts_on  date,
    ends_on    date, -- the last day
    org_id     text        not null default '', -- who answers for it
    mode       text        not null default '',
    state      text        not null,
    reason     text        not null default '', -- of a suspension or a redesign
    since      date, -- of the suspension or the redesign
    until      date, -- its last day
    changed_at timestamptz not null,
    primary key (network_id, id)
);
create unique index activity_plan_version on activity_plan (network_id, programme, activity, version);
