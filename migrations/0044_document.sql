-- Documents of a case. What they are called is sealed under the key of the case, and
-- so is their content, in the store; code and section stand in the clear, because the
-- section says who reads it.
create table case_document (
    network_id       text        not null,
    id               text        not null,
    case_id          text        not null,
    kind             text        not null,
    section          text        not null,
    sealed           bytea       not null, -- the title
    added_by         text        not null,
    added_at         timestamptz not null,
    withdrawn_reason text        not null default '',
    withdrawn_by     text        not null default '',
    withdrawn_at     timestamptz,
    primary key (network_id, id)
);
create index case_document_case on case_document (network_id, case_id, id);

-- What was sent under that title, the first time and since.
create table case_document_version (
    network_id  text    not null,
    document_id text    not null,
    version     integer not null,
    file_id     text    not null,
    primary key (network_id, document_id, version)
);

-- The way by which a body without an account takes one version away, once.
create table document_link (
    token_hash     bytea       primary key,
    network_id     text        not null,
    case_id        text        not null,
    document_id    text        not null,
    version        integer     not null,
    to_org         text        not null,
    basis          text        not null,
    protect_reason text        not null default '', -- why without an agreement: to protect a minor
    class          text        not null,
    language       text        not null,
    made_by        text        not null,
    created_at     timestamptz not null,
    expires_at     timestamptz not null,
    taken_at       timestamptz
);
create index document_link_document on document_link (network_id, document_id);

-- A document that was withdrawn is read by nobody until that is taken back.
alter table file add column held boolean not null default false;
