-- A case on its way to another network: the file is sealed under the key of the case until
-- it is taken, once, by a link; the case closes here when it was confirmed there.
create table case_transfer (
    network_id   text        not null,
    id           text        not null,
    case_id      text        not null,
    basis        text        not null,
    language     text        not null,
    sealed       bytea       not null, -- to whom, and the act on which it rests
    file         bytea, -- sealed; null once it was taken or withdrawn
    made_by      text        not null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    taken_at     timestamptz,
    confirmed_at timestamptz,
    confirmed_by text        not null default '', -- empty: by who had the link
    withdrawn_at timestamptz,
    primary key (network_id, id)
);
create index case_transfer_case on case_transfer (network_id, case_id, id);

-- The link by which the file is taken and the transfer confirmed.
create table case_transfer_link (
    token_hash  bytea primary key,
    network_id  text  not null,
    transfer_id text  not null
);
