-- status: shows a Vorgang to its applicant, takes messages and withdrawals.
GRANT SELECT ON town TO @account;
GRANT SELECT ON town_host TO @account;
GRANT SELECT ON department TO @account;
GRANT SELECT ON service TO @account;
GRANT SELECT ON service_version TO @account;
GRANT SELECT ON town_service TO @account;
GRANT SELECT ON generation TO @account;
GRANT SELECT ON code_list TO @account;
GRANT SELECT,
  UPDATE (state, is_closed, due, last_seq, last_hash, changed_at,
    has_attachments)
  ON vorgang TO @account;
GRANT SELECT, INSERT ON event TO @account;
GRANT SELECT ON document TO @account;
GRANT SELECT, INSERT ON message TO @account;
GRANT SELECT ON access_token TO @account;
GRANT INSERT ON outbox TO @account;
GRANT SELECT, INSERT, UPDATE ON rate_limit TO @account;
GRANT SELECT ON handover TO @account;
GRANT SELECT ON exchange TO @account;
