-- Tells whether lists of who has a token, kept in memory, are still as they were
-- (docs/adr/0029).
create table search_block (
    block bigint not null primary key,
    state bigint not null -- random: another after each change to a list of the block
);
