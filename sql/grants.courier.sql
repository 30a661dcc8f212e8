-- courier: delivers, seals the event log, sweeps what has expired. The only
-- one that changes an event, and only the number of its seal.
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
GRANT SELECT, INSERT, UPDATE (seal_seq) ON event TO @account;
GRANT SELECT, INSERT ON seal TO @account;
GRANT SELECT, INSERT ON message TO @account;
GRANT SELECT, INSERT, UPDATE ON outbox TO @account;
GRANT SELECT, UPDATE (announced, announced_at), DELETE ON draft TO @account;
GRANT SELECT, DELETE ON draft_access TO @account;
GRANT SELECT, DELETE ON draft_post TO @account;
GRANT SELECT, DELETE ON access_token TO @account;
GRANT SELECT, INSERT, DELETE ON document TO @account;
GRANT SELECT, DELETE ON rate_limit TO @account;
GRANT SELECT, DELETE ON page_feedback TO @account;
GRANT SELECT ON osci_identity TO @account;
GRANT SELECT ON api_client TO @account;
GRANT SELECT ON api_client_scope TO @account;
GRANT SELECT ON api_request TO @account;
GRANT SELECT, UPDATE (watched_at) ON webhook TO @account;
GRANT SELECT, INSERT, UPDATE ON webhook_delivery TO @account;
GRANT SELECT ON osci_peer TO @account;
GRANT SELECT ON osci_partner TO @account;
GRANT SELECT, INSERT, UPDATE ON osci_transfer TO @account;
GRANT SELECT, DELETE ON osci_transfer_answer TO @account;
GRANT SELECT, INSERT, UPDATE (kind), DELETE ON osci_transfer_piece TO @account;
GRANT SELECT, INSERT ON osci_step TO @account;
GRANT SELECT, INSERT, UPDATE ON osci_fetch TO @account;
GRANT SELECT, UPDATE (file_sha256, state, busy_until, modified_at), DELETE ON osci_delivery TO @account;
GRANT SELECT, UPDATE (used_bytes) ON osci_mailbox TO @account;
GRANT SELECT, DELETE ON osci_message_id TO @account;
GRANT SELECT, DELETE ON osci_dialog TO @account;
GRANT SELECT, DELETE ON osci_partial TO @account;
GRANT SELECT, DELETE ON osci_chunk TO @account;
GRANT SELECT, INSERT,
  UPDATE (state, vorgang_id, changed_at, answer_due, unusable)
  ON exchange TO @account;
GRANT SELECT, INSERT, UPDATE ON exchange_watch TO @account;
GRANT SELECT ON exchange_party TO @account;
GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_wait TO @account;
GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_deadline TO @account;
GRANT SELECT, INSERT, UPDATE (collected_at, answered_at)
  ON handover TO @account;
