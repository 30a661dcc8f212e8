-- forms: takes applications in, shows drafts. Never changes what was sent.
GRANT SELECT ON town TO @account;
GRANT SELECT ON town_host TO @account;
GRANT SELECT ON department TO @account;
GRANT SELECT ON service TO @account;
GRANT SELECT ON service_version TO @account;
GRANT SELECT ON town_service TO @account;
GRANT SELECT ON generation TO @account;
GRANT SELECT, INSERT ON vorgang TO @account;
GRANT INSERT ON event TO @account;
GRANT INSERT ON blind_index TO @account;
GRANT INSERT ON access_token TO @account;
GRANT INSERT ON outbox TO @account;
GRANT SELECT, DELETE ON draft TO @account;
GRANT SELECT, UPDATE (vorgang_id) ON document TO @account;
GRANT SELECT, INSERT, UPDATE ON rate_limit TO @account;
GRANT SELECT, UPDATE (uses) ON invitation TO @account;
GRANT SELECT, INSERT ON invitation_use TO @account;
GRANT INSERT ON page_feedback TO @account;
