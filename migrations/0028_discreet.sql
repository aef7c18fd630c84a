-- How careful one must be with that a household is in the register at all: C4 for
-- those whom a service on addiction, mental health or violence registered, or a
-- desk of a programme on them. Empty for all others. It goes into every grant.
alter table household add column class text not null default '';

-- Whoever is merged or edited is found anew: their tokens go by person.
create index person_token_person on person_token (network_id, person_id);
