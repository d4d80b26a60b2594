/* The files of sql/queries and sql/migrations as texts; their names are the files'. */
#ifndef STORE_SQL_H
#define STORE_SQL_H

extern const char sql_session[], sql_schema_present[], sql_schema_version[], sql_schema_lock[],
    sql_schema_applied[];
extern const char sql_node_upsert[], sql_node_seen[], sql_suppliers_upsert[], sql_areas_upsert[],
    sql_systems_upsert[], sql_sites_upsert[], sql_zones_upsert[], sql_world_retire[], sql_points_upsert[];
extern const char sql_reading_day[], sql_reading_copy[], sql_events_insert[], sql_hands_insert[],
    sql_audit_insert[], sql_audit_page[], sql_audit_read[], sql_quarantine_insert[], sql_quarantine_list[],
    sql_quarantine_settle[];
extern const char sql_in_order[], sql_minutes_insert[], sql_roll_up[];
extern const char sql_cursor_lock[], sql_cursor_make[], sql_cursor_move[];
extern const char sql_series_raw[], sql_series_page[], sql_series_buckets[], sql_series_rolled[],
    sql_meter_rows[];
extern const char sql_config_version_last[], sql_config_version_insert[];
extern const char sql_node_beat[], sql_present_upsert[], sql_present_cut[], sql_others_nodes[],
    sql_others_points[], sql_others_pages[];
extern const char sql_nodes_behind[], sql_dump_hold[], sql_dump_tables[], sql_dump_finish[];
extern const char sql_0001_first[], sql_0002_versions[], sql_0003_world[], sql_0004_field[], sql_0005_lanes[],
    sql_0006_nodes[], sql_0007_packed[], sql_0008_rollups[], sql_0009_force[], sql_0010_audit[],
    sql_0011_doors[], sql_0012_verdicts[], sql_0013_alarms[];
extern const char sql_alarms_closed[], sql_alarms_rang[], sql_alarms_stale[];
extern const char sql_0015_modes[], sql_0016_kept[], sql_0017_services[], sql_modes_upsert[];
extern const char sql_0014_incidents[], sql_incidents_upsert[], sql_incident_members_upsert[],
    sql_incident_facts_insert[], sql_incident_duties_upsert[], sql_incident_ties_insert[],
    sql_incident_messages_insert[], sql_call_persons_insert[];
extern const char sql_0021_whole[], sql_incidents_past[], sql_incident_members_past[],
    sql_incident_facts_past[], sql_incident_duties_past[], sql_incident_ties_past[],
    sql_incident_letters_past[], sql_operation_book[];
extern const char sql_0018_letters[], sql_incident_letters_upsert[];
extern const char sql_0019_shifts[], sql_shifts_upsert[], sql_shift_entries_insert[],
    sql_shift_sheets_insert[], sql_shifts_page[], sql_shift_entries_of[], sql_shift_keys_used[],
    sql_shift_sheet_of[], sql_shift_entries_at[], sql_0025_site_notes[];
extern const char sql_0020_reports[], sql_report_incidents[], sql_report_members[], sql_report_facts[],
    sql_report_duties[], sql_report_drills[], sql_report_places[], sql_report_nodes[], sql_report_water[],
    sql_report_others[], sql_report_version[], sql_report_insert[], sql_reports_list[], sql_report_body[];
extern const char sql_0024_amended[];
extern const char sql_0023_handed[], sql_handed_insert[], sql_handed_of[], sql_handed_waiting[],
    sql_handed_settle[];
extern const char sql_0022_prevention[], sql_preventions_upsert[], sql_prevention_keys_used[],
    sql_spot_incidents[], sql_spot_hours[];
extern const char sql_alarm_steps_insert[], sql_alarms_close[], sql_alarms_upsert[];
extern const char sql_doors_lock[], sql_doors_accounts[], sql_doors_account_put[], sql_doors_tokens[],
    sql_doors_token_put[];
extern const char sql_backlog_list[], sql_backlog_make[], sql_backlog_move[], sql_backlog_end[],
    sql_backlog_forget[];
extern const char sql_upkeep_lock[], sql_upkeep_pack[], sql_upkeep_drop_empty_day[], sql_upkeep_waiting[],
    sql_upkeep_keep_incidents[];
extern const char sql_upkeep_forget_readings[], sql_upkeep_forget_packed[], sql_upkeep_forget_minutes[];

#endif
