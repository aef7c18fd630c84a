-- The team of a case, those who left it among them: at a region's size this read
-- the teams of every case.
create index case_team_case on case_team (network_id, case_id);
