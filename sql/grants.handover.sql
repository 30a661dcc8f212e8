-- handover: specialised procedures list, fetch, acknowledge and answer. Never
-- changes who may do so, nor what was sent.
GRANT SELECT ON town TO @account;
GRANT SELECT ON town_host TO @account;
GRANT SELECT ON department TO @account;
GRANT SELECT ON service TO @account;
GRANT SELECT ON service_version TO @account;
GRANT SELECT ON town_service TO @account;
GRANT SELECT ON generation TO @account;
GRANT SELECT ON code_list TO @account;
GRANT SELECT, UPDATE (used_at) ON api_client TO @account;
GRANT SELECT ON api_client_scope TO @account;
GRANT SELECT, INSERT ON api_request TO @account;
GRANT SELECT, INSERT, UPDATE (collected_at, answered_at)
  ON handover TO @account;
GRANT SELECT,
  UPDATE (state, is_closed, due, last_seq, last_hash, changed_at,
    has_attachments)
  ON vorgang TO @account;
GRANT SELECT, INSERT ON event TO @account;
GRANT SELECT, INSERT ON message TO @account;
GRANT SELECT, INSERT ON document TO @account;
GRANT INSERT ON outbox TO @account;
GRANT SELECT, INSERT, UPDATE ON rate_limit TO @account;
