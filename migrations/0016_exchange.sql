-- A table that came in. The table itself is a sealed file; what is here are
-- codes and counts.
create table data_import (
    network_id   text        not null,
    id           text        not null,
    account_id   text        not null,
    what         text        not null, -- code of what it brings
    file_id      text        not null, -- the table, until it is done
    mapping      text        not null, -- field=column, with spaces between
    job_id       text        not null default '',
    total        integer     not null,
    already      integer     not null default 0, -- there when it began: so that a second try counts right
    made         integer     not null default 0,
    refused      integer     not null default 0,
    refused_file text        not null default '', -- those rows with their reasons
    created_at   timestamptz not null,
    begun_at     timestamptz,
    done_at      timestamptz,
    primary key (network_id, id)
);

-- A table that went out. What was said of why is sealed, since it may speak of
-- people; so is the filter, which may hold a name.
create table data_export (
    network_id text        not null,
    id         text        not null,
    account_id text        not null,
    what       text        not null,
    format     text        not null,
    purpose    text        not null,
    note       bytea       not null,
    filter     bytea       not null,
    row_count  integer     not null,
    job_id     text        not null default '',
    file_id    text        not null default '',
    created_at timestamptz not null,
    primary key (network_id, id)
);
create index data_export_at on data_export (network_id, created_at);
