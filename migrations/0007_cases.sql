-- Narratives are sealed under the key of the case. Stages, dates, codes and
-- who does what stand in the clear.
create table case_file (
    network_id       text        not null,
    id               text        not null,
    household_id     text        not null,
    org_id           text        not null, -- who leads
    manager_id       text        not null, -- the account that answers for the case
    programme        text        not null default '',
    activity         text        not null default '',
    stage            text        not null,
    opened_on        date        not null,
    analysed_on      date, -- the preliminary analysis was completed
    charged_on       date, -- the family was taken on
    analysis_outcome text        not null default '',
    closed_on        date,
    closing_reason   text        not null default '',
    sealed           bytea       not null,
    version          integer     not null,
    created_at       timestamptz not null,
    primary key (network_id, id)
);
-- A body opens one case at a time on a family: of two who try at once, one wins.
create unique index case_file_open on case_file (network_id, household_id, org_id) where closed_on is null;

create table case_person (
    network_id text not null,
    case_id    text not null,
    person_id  text not null,
    since      date not null,
    primary key (network_id, case_id, person_id)
);

create table case_team (
    network_id text not null,
    id         text not null,
    case_id    text not null,
    account_id text not null,
    org_id     text not null,
    mandate    text not null,
    profession text not null default '',
    valid_from date not null,
    valid_to   date,
    primary key (network_id, id)
);
create unique index case_team_open on case_team (network_id, case_id, account_id) where valid_to is null;

create table case_area (
    network_id text        not null,
    case_id    text        not null,
    area       text        not null,
    severity   integer     not null, -- 0 no difficulty … 4 very serious
    sealed     bytea       not null,
    saved_by   text        not null,
    saved_at   timestamptz not null,
    version    integer     not null,
    primary key (network_id, case_id, area)
);

create table plan (
    network_id     text        not null,
    id             text        not null,
    case_id        text        not null,
    signed_on      date,
    missing_reason text        not null default '', -- why the family has not signed
    review_on      date,
    saved_by       text        not null,
    saved_at       timestamptz not null,
    version        integer     not null,
    primary key (network_id, id),
    unique (network_id, case_id)
);

-- Every text of a plan that was ever saved: what one replaces is not lost.
create table plan_version (
    network_id text        not null,
    plan_id    text        not null,
    version    integer     not null,
    saved_by   text        not null,
    saved_at   timestamptz not null,
    sealed     bytea       not null,
    primary key (network_id, plan_id, version)
);

create table plan_signature (
    network_id text not null,
    plan_id    text not null,
    person_id  text not null,
    primary key (network_id, plan_id, person_id)
);

create table plan_objective (
    network_id text    not null,
    id         text    not null,
    plan_id    text    not null,
    position   integer not null,
    outcome    text    not null default '',
    outcome_on date,
    sealed     bytea   not null,
    primary key (network_id, id)
);
create index plan_objective_plan on plan_objective (network_id, plan_id, position);

create table plan_action (
    network_id   text    not null,
    id           text    not null,
    objective_id text    not null,
    position     integer not null,
    account_id   text    not null default '', -- empty: the family does it
    due_on       date,
    done_on      date,
    sealed       bytea   not null,
    primary key (network_id, id)
);
create index plan_action_objective on plan_action (network_id, objective_id, position);

create table plan_review (
    network_id text        not null,
    id         text        not null,
    plan_id    text        not null,
    held_on    date        not null,
    account_id text        not null,
    sealed     bytea       not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);

create table intervention (
    network_id  text        not null,
    id          text        not null,
    case_id     text        not null,
    account_id  text        not null,
    org_id      text        not null,
    held_on     date        not null,
    mode        text        not null,
    minutes     integer     not null,
    urgent      boolean     not null,
    programme   text        not null default '',
    activity    text        not null default '',
    sealed      bytea       not null,
    void_reason text        not null default '', -- why it does not count any more
    voided_at   timestamptz,
    created_at  timestamptz not null,
    primary key (network_id, id)
);
create index intervention_case on intervention (network_id, case_id, held_on);
