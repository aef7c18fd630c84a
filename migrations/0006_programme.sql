-- A programme is its pack: the file that was loaded, checked, in canonical
-- JSON. What is filtered is a column.
create table programme (
    network_id text        not null,
    id         text        not null,
    code       text        not null,
    position   integer     not null,
    class      text        not null, -- C2, C3 or C4: how sensitive its data on people are
    pack       text        not null,
    loaded_at  timestamptz not null,
    primary key (network_id, id),
    unique (network_id, code)
);
