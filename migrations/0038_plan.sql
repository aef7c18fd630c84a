-- A plan has editions. Each is signed once; the one in force stays until the next is
-- signed, and is read for ever. Beside the one in force stands one draft at most.
alter table plan rename to plan_before;
create table plan (
    network_id     text        not null,
    id             text        not null,
    case_id        text        not null,
    edition        integer     not null, -- 1 the first
    subject_id     text        not null default '', -- whose plan it is: a person; empty is the household's
    signed_on      date,
    replaced_on    date, -- the next edition came into force
    missing_reason text        not null default '', -- why nobody signs; of one who does not, see plan_signature
    review_on      date,
    proposed_to    text        not null default '', -- who is asked to approve the text that stands
    proposed_by    text        not null default '',
    proposed_at    timestamptz,
    approved_by    text        not null default '',
    approved_at    timestamptz,
    returned       bytea, -- why who was asked sent it back; sealed under the key of the case
    saved_by       text        not null,
    saved_at       timestamptz not null,
    version        integer     not null,
    primary key (network_id, id),
    unique (network_id, case_id, edition)
);
insert into plan (network_id, id, case_id, edition, signed_on, missing_reason, review_on, saved_by, saved_at, version)
select network_id, id, case_id, 1, signed_on, missing_reason, review_on, saved_by, saved_at, version from plan_before;
create index plan_proposed on plan (network_id, proposed_to) where proposed_to <> '';

-- How each adult has signed a text of a plan, or why not. What they typed and why
-- they did not is sealed under their own key: it goes with them. Of before this table
-- it is only known that they signed.
alter table plan_signature rename to plan_signature_before;
create table plan_signature (
    network_id  text        not null,
    plan_id     text        not null,
    person_id   text        not null,
    version     integer     not null, -- of the text
    way         text        not null default '', -- screen, paper, missing
    signed_on   date        not null,
    file_id     text        not null default '', -- the paper
    sealed      bytea,
    recorded_by text        not null,
    recorded_at timestamptz not null,
    primary key (network_id, plan_id, person_id, version)
);
insert into plan_signature (network_id, plan_id, person_id, version, signed_on, recorded_by, recorded_at)
select p.network_id, p.id, s.person_id, p.version, p.signed_on, p.saved_by, p.saved_at
from plan_signature_before s join plan_before p on p.network_id = s.network_id and p.id = s.plan_id;
drop table plan_signature_before;
drop table plan_before;

-- What a minor says of a plan, sealed under their own key. The last stands.
create table plan_voice (
    network_id  text        not null,
    id          text        not null,
    plan_id     text        not null,
    person_id   text        not null,
    sealed      bytea       not null,
    recorded_by text        not null,
    recorded_at timestamptz not null,
    primary key (network_id, id)
);
create index plan_voice_plan on plan_voice (network_id, plan_id, id);

-- What a plan says beside the text, sealed in the same key: the need and where it was
-- seen; with which resource, and which body or service does it. Root is the row of the
-- first edition that a row goes on from; empty is itself.
alter table plan_objective add column more bytea;
alter table plan_objective add column root text not null default '';
alter table plan_action add column more bytea;
alter table plan_action add column root text not null default '';
alter table plan_action add column fund text not null default ''; -- a funding line, or programme/activity

-- Who writes a plan may approve it: only where the body has one social worker
-- (safeguards, 10).
alter table organisation add column approves_alone boolean not null default false;
