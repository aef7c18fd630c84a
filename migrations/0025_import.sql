-- A table whose rows come in all together or not at all: it is looked at first, and
-- can be taken out again for a day. What it says is personal, so the titles and the
-- rows that its page shows are sealed; so is the whole of what was found, a file.
alter table data_import add column words bytea;
alter table data_import add column fresh integer not null default 0; -- rows that would come in, when it was looked at
alter table data_import add column report_file text not null default '';
alter table data_import add column checked_at timestamptz;
alter table data_import add column undone_at timestamptz;

-- Which field a column of that title held when somebody of an organisation brought a
-- table in: only the MAC of the title is kept, since a table without titles has
-- people in its first row.
create table import_column (
    network_id text  not null,
    id         text  not null,
    org_id     text  not null,
    what       text  not null,
    title      bytea not null,
    field      text  not null,
    primary key (network_id, id),
    unique (network_id, org_id, what, title)
);

-- Who came in with which table. Until all of it is in nobody sees them.
create table person_import (
    network_id   text not null,
    id           text not null, -- of the person
    import_id    text not null,
    household_id text not null,
    primary key (network_id, id)
);
create index person_import_import on person_import (network_id, import_id);
