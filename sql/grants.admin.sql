-- admin: the operator's command line. A published service version never
-- changes, and of an event nobody but the courier writes anything.
-- `torhaus migrate` itself needs an account that may change the schema and
-- grant rights (docs/operations.md); the demo gives this one all of that.
GRANT SELECT, INSERT, UPDATE ON town TO @account;
GRANT SELECT, INSERT, UPDATE, DELETE ON town_host TO @account;
GRANT SELECT, INSERT, UPDATE ON department TO @account;
GRANT SELECT, INSERT, UPDATE (slug) ON service TO @account;
GRANT SELECT, INSERT ON service_version TO @account;
GRANT SELECT, INSERT, UPDATE, DELETE ON town_service TO @account;
GRANT SELECT, UPDATE ON generation TO @account;
GRANT SELECT, INSERT, UPDATE (label_column) ON code_list TO @account;
GRANT SELECT,
  UPDATE (state, is_closed, due, last_seq, last_hash, changed_at,
    has_attachments)
  ON vorgang TO @account;
GRANT SELECT, INSERT ON event TO @account;
GRANT SELECT ON seal TO @account;
GRANT SELECT, INSERT ON message TO @account;
GRANT SELECT ON document TO @account;
GRANT SELECT ON access_token TO @account;
GRANT SELECT ON blind_index TO @account;
GRANT SELECT ON draft TO @account;
GRANT SELECT, INSERT, UPDATE ON outbox TO @account;
GRANT SELECT, DELETE ON rate_limit TO @account;
GRANT SELECT, INSERT ON schema_migration TO @account;
GRANT SELECT, INSERT ON invitation TO @account;
GRANT SELECT ON invitation_use TO @account;
GRANT SELECT, INSERT ON clerk_answers TO @account;
GRANT SELECT, UPDATE (done_at) ON page_feedback TO @account;
GRANT SELECT, INSERT, UPDATE (is_active, retired_at), DELETE
  ON osci_identity TO @account;
GRANT SELECT, INSERT, UPDATE ON api_client TO @account;
GRANT SELECT, INSERT, DELETE ON api_client_scope TO @account;
GRANT SELECT ON api_request TO @account;
GRANT SELECT, INSERT, UPDATE (collected_at, answered_at)
  ON handover TO @account;
GRANT SELECT, INSERT, UPDATE (removed_at) ON webhook TO @account;
GRANT SELECT, UPDATE (state, attempts, next_at)
  ON webhook_delivery TO @account;
GRANT SELECT, INSERT, UPDATE ON efile_parcel TO @account;
GRANT SELECT, INSERT ON deletion_record TO @account;
-- Erasing: what opens a Vorgang, and its contents, go; its row and events stay.
GRANT UPDATE (data_key, answers, access) ON vorgang TO @account;
GRANT UPDATE (body) ON message TO @account;
GRANT UPDATE (meta) ON document TO @account;
GRANT DELETE ON access_token TO @account;
GRANT DELETE ON blind_index TO @account;
GRANT DELETE ON clerk_answers TO @account;
GRANT SELECT, INSERT, UPDATE ON osci_peer TO @account;
GRANT SELECT, INSERT, UPDATE, DELETE ON osci_partner TO @account;
GRANT SELECT, INSERT, UPDATE ON osci_transfer TO @account;
GRANT SELECT, INSERT, DELETE ON osci_transfer_piece TO @account;
GRANT SELECT, DELETE ON osci_transfer_answer TO @account;
GRANT SELECT, INSERT ON osci_step TO @account;
GRANT SELECT, INSERT, UPDATE ON osci_fetch TO @account;
GRANT SELECT, INSERT, UPDATE (name, quota, max_message, senders, is_open)
  ON osci_mailbox TO @account;
GRANT SELECT, INSERT, DELETE ON osci_sender TO @account;
GRANT SELECT ON osci_delivery TO @account;
GRANT SELECT, INSERT, UPDATE (state, vorgang_id, changed_at, data_key, body)
  ON exchange TO @account;
GRANT SELECT, INSERT, DELETE ON exchange_party TO @account;
GRANT SELECT, UPDATE (next_at), DELETE ON exchange_wait TO @account;
GRANT SELECT, DELETE ON exchange_deadline TO @account;
