-- A person who turned out to be another: whoever asks for this one gets that one.
-- Empty for all others. The row stays as it was: a merge can be taken back.
alter table person add column merged_into text not null default '';

-- Two entries of the register that may be of one person, the smaller id first.
-- What a field says is a code and a number, never what stands in it.
create table duplicate_pair (
    network_id  text             not null,
    id          text             not null,
    a_id        text             not null,
    b_id        text             not null,
    probability double precision not null,
    fields      text             not null, -- JSON: field, level, bits
    state       text             not null, -- open, later, different, merged
    by_hand     boolean          not null default false, -- somebody said that they may be one
    later       date,                      -- not before
    decided_by  text             not null default '',
    decided_at  timestamptz,
    seen_at     timestamptz      not null, -- by the search that saw it last
    primary key (network_id, id),
    unique (network_id, a_id, b_id)
);
create index duplicate_pair_state on duplicate_pair (network_id, state, probability);

-- How far the search for duplicates has come in a network: who takes it up again
-- goes on from there, if the register is the same.
create table duplicate_scan (
    network_id  text        not null,
    population  text        not null, -- how many persons, and the last of them
    model       text        not null, -- what was learnt, JSON
    next_block  integer     not null,
    begun_at    timestamptz not null,
    primary key (network_id)
);

-- What a merge did, so that it can be undone. How both stood before stays with
-- them: the version of the one that was kept, and all of the other.
create table person_merge (
    network_id   text        not null,
    id           text        not null,
    pair_id      text        not null,
    kept_id      text        not null,
    gone_id      text        not null,
    kept_version integer     not null, -- of the state before; 0 when it did not change
    parts        text        not null, -- taken from the other, spaces between
    opened_to    text        not null, -- whom it opened the kept one to: JSON
    left_home    text        not null default '', -- membership of the same household that it ended
    merged_by    text        not null,
    merged_at    timestamptz not null,
    undone_by    text        not null default '',
    undone_at    timestamptz,
    primary key (network_id, id)
);
create index person_merge_gone on person_merge (network_id, gone_id);
create index person_merge_pair on person_merge (network_id, pair_id);
