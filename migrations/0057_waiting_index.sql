-- What waits for somebody is found by who it waits for: in a region a body has many
-- thousands of what is over.
create index sitting_convened on sitting (network_id, convened_by) where state = 'convened';
create index mobile_request_asker on mobile_request (network_id, asked_by, state);
-- Which entries were merged into one is asked whenever work is recorded.
create index person_merged on person (network_id, merged_into) where merged_into <> '';
