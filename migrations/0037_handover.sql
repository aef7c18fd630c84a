-- What who answered for a case wrote when they handed it over, sealed under the key
-- of the case: it stands with the mandate that ended.
alter table case_team add column handover bytea;
