-- What people are found by, as lists of who has each token (docs/adr/0029), made anew
-- when the program starts.
drop table person_token;
create table search_entry (
    no         integer primary key, -- by which the lists speak of a person
    network_id text not null,
    person_id  text not null,
    tokens     bytea not null, -- of the person, eight bytes each: in which lists the number stands
    unique (network_id, person_id)
);
create table search_posting (
    token   bigint not null, -- a digest under a key of the network: networks share none
    block   bigint not null,
    holders bytea not null, -- numbers within the block, two bytes each, ascending
    primary key (token, block)
) without rowid;
