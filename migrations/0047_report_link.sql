-- Of the address that a school keeps only a digest is here, which opens nothing: it is
-- backed up, and reports still come in after a restore.
alter table report_link rename column token_hash to address_digest;
