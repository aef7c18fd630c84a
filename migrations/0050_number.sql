-- The number by which a case is named aloud: the year in which it was opened, and the how
-- manyth it was then of the body that leads it. It says nothing of anybody, and stands in
-- the clear. Cases that are there take theirs in the order in which they were opened.
alter table case_file add column number_year integer not null default 0;
alter table case_file add column number integer not null default 0;
update case_file set number_year = cast(substr(cast(opened_on as text), 1, 4) as integer), number = r.number
    from (select network_id, id, row_number() over (partition by network_id, org_id, substr(cast(opened_on as text), 1, 4) order by id) as number
        from case_file) r
    where r.network_id = case_file.network_id and r.id = case_file.id;
create unique index case_file_number on case_file (network_id, org_id, number_year, number);
create index case_file_sought on case_file (network_id, number_year, number); -- who looks for it does not say of which body

-- Under which numbers other systems know a family: a protocol, the social record of a
-- Comune, the register of a court. A number of a court says of somebody that there are
-- proceedings: what system and what number are sealed under the key of the case. Who has
-- the whole number finds it by its keyed digest.
create table case_reference (
    network_id text        not null,
    id         text        not null,
    case_id    text        not null,
    mac        bytea       not null,
    sealed     bytea       not null, -- system, number, day
    added_by   text        not null,
    added_at   timestamptz not null,
    removed_by text        not null default '',
    removed_at timestamptz,
    primary key (network_id, id)
);
create index case_reference_case on case_reference (network_id, case_id, id);
create index case_reference_mac on case_reference (network_id, mac);
