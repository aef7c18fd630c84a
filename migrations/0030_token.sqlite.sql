-- What people are found by, shorter, once instead of twice, and made anew when the
-- program starts: it now holds the day of birth too.
drop table person_token;
create table person_token (
    network_id text not null,
    token      bytea not null,
    person_id  text not null,
    primary key (network_id, token, person_id)
) without rowid;
create index person_token_person on person_token (network_id, person_id);
