BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE analyses (
	id VARCHAR(36) NOT NULL, 
	pixel_digest VARCHAR(64) NOT NULL, 
	detector_version VARCHAR(100) NOT NULL, 
	reader_version VARCHAR(100) NOT NULL, 
	ocr_engine VARCHAR(100) NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	timings_ms JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_analyses PRIMARY KEY (id), 
	CONSTRAINT uq_analyses_pixel_digest_detector_version_reader_version UNIQUE (pixel_digest, detector_version, reader_version)
);
INSERT INTO "analyses" VALUES('9cc54bc3727d873550af6e7ff08ad5b3','rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr','d1','rapidocr','rapidocr',40,30,'{"detect": 12.5}','2026-11-21 04:06:26.192424');
INSERT INTO "analyses" VALUES('f416dd6d3a6c063ada9af5bf2f5f18f3','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','d1','rapidocr','rapidocr',40,30,'{"detect": 12.5}','2026-11-21 04:06:26.210157');
INSERT INTO "analyses" VALUES('3e9dcae51bf710f1011f5b9c9a52b8ae','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','d1','rapidocr','rapidocr',40,30,'{"detect": 12.5}','2026-11-21 04:06:26.428603');
CREATE TABLE api_keys (
	id VARCHAR(36) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	created_at DATETIME NOT NULL, 
	revoked_at DATETIME, 
	CONSTRAINT pk_api_keys PRIMARY KEY (id), 
	CONSTRAINT uq_api_keys_name UNIQUE (name), 
	CONSTRAINT uq_api_keys_sha256 UNIQUE (sha256)
);
INSERT INTO "api_keys" VALUES('31c06cde057e016f05a6661174e7a5c9','ci','52cdcad6461ac0a2a5dfeaa4f7427819f1835c24db51e7eaacabc6648ee4cf7c','2026-11-21 04:06:26.453563',NULL);
CREATE TABLE artifacts (
	id VARCHAR(36) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	sha256 VARCHAR(64), 
	media_type VARCHAR(40) NOT NULL, 
	width INTEGER, 
	height INTEGER, 
	comparison_id VARCHAR(36), 
	analysis_id VARCHAR(36), 
	source_id VARCHAR(36), 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_artifacts PRIMARY KEY (id), 
	CONSTRAINT fk_artifacts_analysis_id_analyses FOREIGN KEY(analysis_id) REFERENCES analyses (id) ON DELETE CASCADE, 
	CONSTRAINT fk_artifacts_sha256_blobs FOREIGN KEY(sha256) REFERENCES blobs (sha256), 
	CONSTRAINT fk_artifacts_source_id_artifacts FOREIGN KEY(source_id) REFERENCES artifacts (id) ON DELETE CASCADE, 
	CONSTRAINT uq_artifacts_comparison_id_kind UNIQUE (comparison_id, kind), 
	CONSTRAINT uq_artifacts_source_id_analysis_id_kind UNIQUE (source_id, analysis_id, kind)
);
INSERT INTO "artifacts" VALUES('cc003a2182b585f448ed1ffe8eb7cedc','screenshot','52367a6622b19f08825e915fad80c542ad4f4c34dbcebad9f5007994b3e39208','image/png',40,30,NULL,NULL,NULL,'2026-11-21 04:06:26.003624');
INSERT INTO "artifacts" VALUES('ad409842abfe816ab1d13b77b8d70f75','screenshot','e5c6fde86910ded72db5cc7afc32f850440d4ef7caa5dbb69f5bdc0d3e39cb3b','image/png',40,30,NULL,NULL,NULL,'2026-11-21 04:06:26.120654');
INSERT INTO "artifacts" VALUES('4fe1d4a6bb377a7a7fab086bc971638e','diff',NULL,'image/png',NULL,NULL,'f5c07e2d3516059099ca5bf9824fcd4f',NULL,NULL,'2026-11-21 04:06:26.231365');
INSERT INTO "artifacts" VALUES('e99222b745f3176ad6dde38094989e04','screenshot','52367a6622b19f08825e915fad80c542ad4f4c34dbcebad9f5007994b3e39208','image/png',40,30,NULL,NULL,NULL,'2026-11-21 04:06:26.381109');
INSERT INTO "artifacts" VALUES('e3427895e1a4830586b17ce421d730e9','screenshot','e5c6fde86910ded72db5cc7afc32f850440d4ef7caa5dbb69f5bdc0d3e39cb3b','image/png',40,30,NULL,NULL,NULL,'2026-11-21 04:06:26.381509');
INSERT INTO "artifacts" VALUES('2b1169a99b5a8d2faf083aaa9148d5ff','screenshot','947f187506f7629c81c81879a2cb2256455038e4ac770091d897fa0a8b945e3b','image/png',40,30,NULL,NULL,NULL,'2026-11-21 04:06:26.428172');
INSERT INTO "artifacts" VALUES('a11eef935185a8d8f08010bacb6c1b12','annotated',NULL,'image/png',NULL,NULL,NULL,'3e9dcae51bf710f1011f5b9c9a52b8ae','2b1169a99b5a8d2faf083aaa9148d5ff','2026-11-21 04:06:26.429110');
CREATE TABLE blobs (
	sha256 VARCHAR(64) NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_blobs PRIMARY KEY (sha256)
);
INSERT INTO "blobs" VALUES('52367a6622b19f08825e915fad80c542ad4f4c34dbcebad9f5007994b3e39208',9,'2026-11-21 04:06:26.002315');
INSERT INTO "blobs" VALUES('e5c6fde86910ded72db5cc7afc32f850440d4ef7caa5dbb69f5bdc0d3e39cb3b',6,'2026-11-21 04:06:26.120047');
INSERT INTO "blobs" VALUES('947f187506f7629c81c81879a2cb2256455038e4ac770091d897fa0a8b945e3b',6,'2026-11-21 04:06:26.427645');
CREATE TABLE comparisons (
	id VARCHAR(36) NOT NULL, 
	task_id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(36) NOT NULL, 
	testcase_id VARCHAR(36), 
	reference_id VARCHAR(36), 
	reference_artifact_id VARCHAR(36) NOT NULL, 
	actual_artifact_id VARCHAR(36) NOT NULL, 
	reference_analysis_id VARCHAR(36), 
	actual_analysis_id VARCHAR(36), 
	branch VARCHAR(200), 
	variant VARCHAR(200), 
	build VARCHAR(200), 
	"commit" VARCHAR(200), 
	options JSON NOT NULL, 
	verdict VARCHAR(10), 
	rule VARCHAR(40), 
	review VARCHAR(12) NOT NULL, 
	reviewed_by VARCHAR(200), 
	reviewed_at DATETIME, 
	reference_size JSON, 
	actual_size JSON, 
	ssim DOUBLE, 
	changed_ratio DOUBLE, 
	unexplained_ratio DOUBLE, 
	alignment JSON, 
	unexplained JSON, 
	noise JSON, 
	coverage JSON, 
	versions JSON, 
	timings_ms JSON, 
	created_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	CONSTRAINT pk_comparisons PRIMARY KEY (id), 
	CONSTRAINT fk_comparisons_actual_analysis_id_analyses FOREIGN KEY(actual_analysis_id) REFERENCES analyses (id), 
	CONSTRAINT fk_comparisons_actual_artifact_id_artifacts FOREIGN KEY(actual_artifact_id) REFERENCES artifacts (id), 
	CONSTRAINT fk_comparisons_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id), 
	CONSTRAINT fk_comparisons_reference_analysis_id_analyses FOREIGN KEY(reference_analysis_id) REFERENCES analyses (id), 
	CONSTRAINT fk_comparisons_reference_artifact_id_artifacts FOREIGN KEY(reference_artifact_id) REFERENCES artifacts (id), 
	CONSTRAINT fk_comparisons_reference_id_references FOREIGN KEY(reference_id) REFERENCES "references" (id) ON DELETE SET NULL, 
	CONSTRAINT fk_comparisons_task_id_tasks FOREIGN KEY(task_id) REFERENCES tasks (id), 
	CONSTRAINT fk_comparisons_testcase_id_testcases FOREIGN KEY(testcase_id) REFERENCES testcases (id) ON DELETE SET NULL, 
	CONSTRAINT uq_comparisons_task_id UNIQUE (task_id)
);
INSERT INTO "comparisons" VALUES('f5c07e2d3516059099ca5bf9824fcd4f','12b53a717bd2462b49aa292b72ced4cb','479d0e4bb96c6bc5a3ff46f6f4b181d9','cc4251263d7e09af58d3b3df2f4449df','83baba925d94f5eda1b24cc747cec192','cc003a2182b585f448ed1ffe8eb7cedc','ad409842abfe816ab1d13b77b8d70f75','9cc54bc3727d873550af6e7ff08ad5b3','f416dd6d3a6c063ada9af5bf2f5f18f3','main',NULL,'17',NULL,'{"match_level": "content", "ignore_regions": [{"x": 1, "y": 2, "width": 3, "height": 4}], "fail_on": "major"}','failed','severity','approved','ci','2026-11-21 04:06:26.323952','{"width": 40, "height": 30}','{"width": 40, "height": 35}',0.75,0.125,0.0625,'{"kind": "shifted_rows", "bands": [{"reference_box": {"x": 0, "y": 0, "width": 40, "height": 10}, "dx": 0, "dy": 0}, {"reference_box": {"x": 0, "y": 10, "width": 40, "height": 20}, "dx": 0, "dy": 5}], "dx": 0, "dy": 0, "scale": 1.0, "removed": [], "inserted": [{"x": 0, "y": 10, "width": 40, "height": 5}]}','[{"reference_box": null, "actual_box": {"x": 3, "y": 3, "width": 3, "height": 3}, "area_px": 9}]','[{"reason": "antialiasing", "box": {"x": 7, "y": 7, "width": 1, "height": 1}, "area_px": 1}]','{"reference_elements": 2, "actual_elements": 1, "matched": 1, "element_coverage": 0.5, "area_coverage": 0.9, "by_kind": {"button": {"reference_elements": 2, "actual_elements": 1, "matched": 1}}, "text_lines": {"reference": 3}, "matched_reference_ids": ["e1"]}','{"detector": "d1", "reader": "r1"}','{"align": 3.5}','2026-11-21 04:06:26.142136','2026-11-21 04:06:26.211067');
INSERT INTO "comparisons" VALUES('b1b543df40f9e6412fc6354cdd474dac','ecdc39b249e66c6885fe1b828744a35d','479d0e4bb96c6bc5a3ff46f6f4b181d9',NULL,NULL,'e99222b745f3176ad6dde38094989e04','e3427895e1a4830586b17ce421d730e9',NULL,NULL,NULL,NULL,NULL,NULL,'{"match_level": "content", "ignore_regions": [{"x": 1, "y": 2, "width": 3, "height": 4}], "fail_on": "major"}',NULL,NULL,'unreviewed',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-21 04:06:26.381764',NULL);
CREATE TABLE defects (
	comparison_id VARCHAR(36) NOT NULL, 
	position INTEGER NOT NULL, 
	defect_id VARCHAR(20) NOT NULL, 
	type VARCHAR(20) NOT NULL, 
	severity VARCHAR(10) NOT NULL, 
	cause_id VARCHAR(20), 
	element_kind VARCHAR(20), 
	element_text TEXT NOT NULL, 
	reference_box JSON, 
	actual_box JSON, 
	detail JSON NOT NULL, 
	ignored_reason VARCHAR(20), 
	CONSTRAINT pk_defects PRIMARY KEY (comparison_id, position), 
	CONSTRAINT fk_defects_comparison_id_comparisons FOREIGN KEY(comparison_id) REFERENCES comparisons (id) ON DELETE CASCADE
);
INSERT INTO "defects" VALUES('f5c07e2d3516059099ca5bf9824fcd4f',0,'d1','layout_shift','minor',NULL,NULL,'','{"x": 0, "y": 0, "width": 9, "height": 9}','{"x": 0, "y": 5, "width": 9, "height": 9}','{"dy": 5}',NULL);
INSERT INTO "defects" VALUES('f5c07e2d3516059099ca5bf9824fcd4f',1,'d2','missing','critical','d1','button','OK','{"x": 1, "y": 1, "width": 2, "height": 2}','null','{}',NULL);
INSERT INTO "defects" VALUES('f5c07e2d3516059099ca5bf9824fcd4f',2,'d3','added','major',NULL,'label','Новое','null','{"x": 5, "y": 5, "width": 5, "height": 5}','{}','ignore_region');
CREATE TABLE elements (
	analysis_id VARCHAR(36) NOT NULL, 
	position INTEGER NOT NULL, 
	element_id VARCHAR(20) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	x INTEGER NOT NULL, 
	y INTEGER NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	confidence DOUBLE NOT NULL, 
	CONSTRAINT pk_elements PRIMARY KEY (analysis_id, position), 
	CONSTRAINT fk_elements_analysis_id_analyses FOREIGN KEY(analysis_id) REFERENCES analyses (id) ON DELETE CASCADE
);
INSERT INTO "elements" VALUES('9cc54bc3727d873550af6e7ff08ad5b3',0,'e1','button',1,2,30,10,'Sign in',0.9);
INSERT INTO "elements" VALUES('9cc54bc3727d873550af6e7ff08ad5b3',1,'e2','button',2,2,30,10,'Войти',0.9);
INSERT INTO "elements" VALUES('f416dd6d3a6c063ada9af5bf2f5f18f3',0,'e1','button',1,2,30,10,'Sign in',0.9);
INSERT INTO "elements" VALUES('3e9dcae51bf710f1011f5b9c9a52b8ae',0,'e1','button',1,2,30,10,'Sign in',0.9);
INSERT INTO "elements" VALUES('3e9dcae51bf710f1011f5b9c9a52b8ae',1,'e2','button',2,2,30,10,'Войти',0.9);
CREATE TABLE locks (
	name VARCHAR(40) NOT NULL, 
	holder VARCHAR(36) NOT NULL, 
	until DATETIME NOT NULL, 
	CONSTRAINT pk_locks PRIMARY KEY (name)
);
CREATE TABLE notifications (
	id VARCHAR(36) NOT NULL, 
	comparison_id VARCHAR(36) NOT NULL, 
	channel VARCHAR(20) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	attempt INTEGER NOT NULL, 
	claim_token VARCHAR(36), 
	lease_until DATETIME, 
	next_attempt_at DATETIME NOT NULL, 
	error TEXT, 
	created_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	CONSTRAINT pk_notifications PRIMARY KEY (id), 
	CONSTRAINT fk_notifications_comparison_id_comparisons FOREIGN KEY(comparison_id) REFERENCES comparisons (id) ON DELETE CASCADE, 
	CONSTRAINT uq_notifications_comparison_id_channel UNIQUE (comparison_id, channel)
);
INSERT INTO "notifications" VALUES('5a903c483d979ed0f320d0f9c1c8b48c','f5c07e2d3516059099ca5bf9824fcd4f','telegram','pending',0,NULL,NULL,'2026-11-21 04:06:26.268027',NULL,'2026-11-21 04:06:26.268850',NULL);
CREATE TABLE projects (
	id VARCHAR(36) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_projects PRIMARY KEY (id), 
	CONSTRAINT uq_projects_name UNIQUE (name)
);
INSERT INTO "projects" VALUES('479d0e4bb96c6bc5a3ff46f6f4b181d9','default','2026-11-21 04:06:25.853070');
CREATE TABLE "references" (
	id VARCHAR(36) NOT NULL, 
	testcase_id VARCHAR(36) NOT NULL, 
	branch VARCHAR(200) NOT NULL, 
	artifact_id VARCHAR(36) NOT NULL, 
	analysis_id VARCHAR(36), 
	approved_by VARCHAR(200), 
	approved_at DATETIME, 
	superseded_at DATETIME, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_references PRIMARY KEY (id), 
	CONSTRAINT fk_references_analysis_id_analyses FOREIGN KEY(analysis_id) REFERENCES analyses (id), 
	CONSTRAINT fk_references_artifact_id_artifacts FOREIGN KEY(artifact_id) REFERENCES artifacts (id), 
	CONSTRAINT fk_references_testcase_id_testcases FOREIGN KEY(testcase_id) REFERENCES testcases (id) ON DELETE CASCADE
);
INSERT INTO "references" VALUES('83baba925d94f5eda1b24cc747cec192','cc4251263d7e09af58d3b3df2f4449df','','cc003a2182b585f448ed1ffe8eb7cedc','f416dd6d3a6c063ada9af5bf2f5f18f3',NULL,NULL,'2026-11-21 04:06:26.324772','2026-11-21 04:06:26.036716');
INSERT INTO "references" VALUES('f7cd119d573d03eede3766d04132b35b','cc4251263d7e09af58d3b3df2f4449df','','ad409842abfe816ab1d13b77b8d70f75','f416dd6d3a6c063ada9af5bf2f5f18f3','ci','2026-11-21 04:06:26.323952',NULL,'2026-11-21 04:06:26.324772');
CREATE TABLE tasks (
	id VARCHAR(36) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	subject_id VARCHAR(36) NOT NULL, 
	testcase_id VARCHAR(36), 
	state VARCHAR(10) NOT NULL, 
	mode VARCHAR(10) NOT NULL, 
	stage VARCHAR(20), 
	percent INTEGER, 
	result JSON, 
	error_type VARCHAR(100), 
	error_message TEXT, 
	attempt INTEGER NOT NULL, 
	claim_token VARCHAR(36), 
	lease_until DATETIME, 
	run_after DATETIME NOT NULL, 
	dispatch VARCHAR(10) NOT NULL, 
	dispatched_at DATETIME, 
	cancel_requested BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	CONSTRAINT pk_tasks PRIMARY KEY (id), 
	CONSTRAINT fk_tasks_testcase_id_testcases FOREIGN KEY(testcase_id) REFERENCES testcases (id) ON DELETE SET NULL
);
INSERT INTO "tasks" VALUES('12b53a717bd2462b49aa292b72ced4cb','t','s','cc4251263d7e09af58d3b3df2f4449df','SUCCESS','sync',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,'2026-11-21 04:06:26.039615','not_sent',NULL,0,'2026-11-21 04:06:26.039619',NULL,NULL);
INSERT INTO "tasks" VALUES('ecdc39b249e66c6885fe1b828744a35d','t','s',NULL,'SUCCESS','sync',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,'2026-11-21 04:06:26.363162','not_sent',NULL,0,'2026-11-21 04:06:26.363167',NULL,NULL);
INSERT INTO "tasks" VALUES('8279a44caf5660c09fbf7d6bf9d4711e','t','2b1169a99b5a8d2faf083aaa9148d5ff',NULL,'RETRY','sync',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,'2026-11-21 04:06:26.430260','not_sent',NULL,0,'2026-11-21 04:06:26.430262',NULL,NULL);
CREATE TABLE testcases (
	id VARCHAR(36) NOT NULL, 
	project_id VARCHAR(36) NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	variant VARCHAR(200) NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_testcases PRIMARY KEY (id), 
	CONSTRAINT fk_testcases_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id), 
	CONSTRAINT uq_testcases_project_id_name_variant UNIQUE (project_id, name, variant)
);
INSERT INTO "testcases" VALUES('cc4251263d7e09af58d3b3df2f4449df','479d0e4bb96c6bc5a3ff46f6f4b181d9','start page','','2026-11-21 04:06:25.946022','2026-11-21 04:06:25.946028');
CREATE INDEX ix_artifacts_analysis_id ON artifacts (analysis_id);
CREATE INDEX ix_artifacts_sha256 ON artifacts (sha256);
CREATE INDEX ix_references_analysis_id ON "references" (analysis_id);
CREATE INDEX ix_references_artifact_id ON "references" (artifact_id);
CREATE INDEX ix_references_current ON "references" (testcase_id, branch, superseded_at);
CREATE INDEX ix_tasks_created_at ON tasks (created_at);
CREATE INDEX ix_tasks_open ON tasks (state, run_after);
CREATE INDEX ix_tasks_testcase_id ON tasks (testcase_id);
CREATE INDEX ix_comparisons_page ON comparisons (created_at, id);
CREATE INDEX ix_comparisons_reference_artifact_id ON comparisons (reference_artifact_id);
CREATE INDEX ix_comparisons_actual_artifact_id ON comparisons (actual_artifact_id);
CREATE INDEX ix_comparisons_project_id ON comparisons (project_id);
CREATE INDEX ix_comparisons_reference_id ON comparisons (reference_id);
CREATE INDEX ix_comparisons_testcase_id ON comparisons (testcase_id);
CREATE INDEX ix_comparisons_verdict ON comparisons (verdict);
CREATE INDEX ix_defects_type ON defects (type);
CREATE INDEX ix_notifications_state ON notifications (state);
COMMIT;
