--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: analyses; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.analyses (
    id character varying(36) NOT NULL,
    pixel_digest character varying(64) NOT NULL,
    detector_version character varying(100) NOT NULL,
    reader_version character varying(100) NOT NULL,
    ocr_engine character varying(100) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    timings_ms json NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: api_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_keys (
    id character varying(36) NOT NULL,
    name character varying(200) NOT NULL,
    sha256 character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);


--
-- Name: artifacts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.artifacts (
    id character varying(36) NOT NULL,
    kind character varying(20) NOT NULL,
    sha256 character varying(64),
    media_type character varying(40) NOT NULL,
    width integer,
    height integer,
    comparison_id character varying(36),
    analysis_id character varying(36),
    source_id character varying(36),
    created_at timestamp with time zone NOT NULL
);


--
-- Name: blobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.blobs (
    sha256 character varying(64) NOT NULL,
    size_bytes integer NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: comparisons; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.comparisons (
    id character varying(36) NOT NULL,
    task_id character varying(36) NOT NULL,
    project_id character varying(36) NOT NULL,
    testcase_id character varying(36),
    reference_id character varying(36),
    reference_artifact_id character varying(36) NOT NULL,
    actual_artifact_id character varying(36) NOT NULL,
    reference_analysis_id character varying(36),
    actual_analysis_id character varying(36),
    branch character varying(200),
    variant character varying(200),
    build character varying(200),
    commit character varying(200),
    options json NOT NULL,
    verdict character varying(10),
    rule character varying(40),
    review character varying(12) NOT NULL,
    reviewed_by character varying(200),
    reviewed_at timestamp with time zone,
    reference_size json,
    actual_size json,
    ssim double precision,
    changed_ratio double precision,
    unexplained_ratio double precision,
    alignment json,
    unexplained json,
    noise json,
    coverage json,
    versions json,
    timings_ms json,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
);


--
-- Name: defects; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.defects (
    comparison_id character varying(36) NOT NULL,
    "position" integer NOT NULL,
    defect_id character varying(20) NOT NULL,
    type character varying(20) NOT NULL,
    severity character varying(10) NOT NULL,
    cause_id character varying(20),
    element_kind character varying(20),
    element_text text NOT NULL,
    reference_box json,
    actual_box json,
    detail json NOT NULL,
    ignored_reason character varying(20)
);


--
-- Name: elements; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.elements (
    analysis_id character varying(36) NOT NULL,
    "position" integer NOT NULL,
    element_id character varying(20) NOT NULL,
    kind character varying(20) NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    text text NOT NULL,
    confidence double precision NOT NULL
);


--
-- Name: locks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.locks (
    name character varying(40) NOT NULL,
    holder character varying(36) NOT NULL,
    until timestamp with time zone NOT NULL
);


--
-- Name: notifications; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notifications (
    id character varying(36) NOT NULL,
    comparison_id character varying(36) NOT NULL,
    channel character varying(20) NOT NULL,
    state character varying(10) NOT NULL,
    attempt integer NOT NULL,
    claim_token character varying(36),
    lease_until timestamp with time zone,
    next_attempt_at timestamp with time zone NOT NULL,
    error text,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone
);


--
-- Name: projects; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.projects (
    id character varying(36) NOT NULL,
    name character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: references; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."references" (
    id character varying(36) NOT NULL,
    testcase_id character varying(36) NOT NULL,
    branch character varying(200) NOT NULL,
    artifact_id character varying(36) NOT NULL,
    analysis_id character varying(36),
    approved_by character varying(200),
    approved_at timestamp with time zone,
    superseded_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: tasks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tasks (
    id character varying(36) NOT NULL,
    name character varying(200) NOT NULL,
    subject_id character varying(36) NOT NULL,
    testcase_id character varying(36),
    state character varying(10) NOT NULL,
    mode character varying(10) NOT NULL,
    stage character varying(20),
    percent integer,
    result json,
    error_type character varying(100),
    error_message text,
    attempt integer NOT NULL,
    claim_token character varying(36),
    lease_until timestamp with time zone,
    run_after timestamp with time zone NOT NULL,
    dispatch character varying(10) NOT NULL,
    dispatched_at timestamp with time zone,
    cancel_requested boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone
);


--
-- Name: testcases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.testcases (
    id character varying(36) NOT NULL,
    project_id character varying(36) NOT NULL,
    name character varying(500) NOT NULL,
    variant character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0001');


--
-- Data for Name: analyses; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.analyses VALUES ('15fb0be90ab75f03376bd0b6a116cb90', 'rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr', 'd1', 'rapidocr', 'rapidocr', 40, 30, '{"detect": 12.5}', '2026-11-21 04:06:32.412828+00');
INSERT INTO public.analyses VALUES ('2e972dacbad2e34012e4832705f09ae2', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'd1', 'rapidocr', 'rapidocr', 40, 30, '{"detect": 12.5}', '2026-11-21 04:06:32.466224+00');
INSERT INTO public.analyses VALUES ('24baded3b72d264247a73024309b06c1', 'ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss', 'd1', 'rapidocr', 'rapidocr', 40, 30, '{"detect": 12.5}', '2026-11-21 04:06:33.018856+00');


--
-- Data for Name: api_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.api_keys VALUES ('d6b0eeed29a967a66887478e22f34a91', 'ci', '6fc50237cef034ef2f04ef471b3848c59704772690e9a825d14d92927b221a13', '2026-11-21 04:06:33.13896+00', NULL);


--
-- Data for Name: artifacts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.artifacts VALUES ('275fb751879cafc07fd07b26e83cabb5', 'screenshot', '52367a6622b19f08825e915fad80c542ad4f4c34dbcebad9f5007994b3e39208', 'image/png', 40, 30, NULL, NULL, NULL, '2026-11-21 04:06:32.174034+00');
INSERT INTO public.artifacts VALUES ('4586e9a7bae5117b5a08b67509d9f7e8', 'screenshot', 'e5c6fde86910ded72db5cc7afc32f850440d4ef7caa5dbb69f5bdc0d3e39cb3b', 'image/png', 40, 30, NULL, NULL, NULL, '2026-11-21 04:06:32.371579+00');
INSERT INTO public.artifacts VALUES ('0bd678410d05cd2c13134ba075928740', 'diff', NULL, 'image/png', NULL, NULL, '19e909704bac9cdff440caa1a001b874', NULL, NULL, '2026-11-21 04:06:32.629242+00');
INSERT INTO public.artifacts VALUES ('99b2b6115374e27821ecb4c871c82f13', 'screenshot', '52367a6622b19f08825e915fad80c542ad4f4c34dbcebad9f5007994b3e39208', 'image/png', 40, 30, NULL, NULL, NULL, '2026-11-21 04:06:32.908519+00');
INSERT INTO public.artifacts VALUES ('fbab837c99c2a80e585edbf53b490d3d', 'screenshot', 'e5c6fde86910ded72db5cc7afc32f850440d4ef7caa5dbb69f5bdc0d3e39cb3b', 'image/png', 40, 30, NULL, NULL, NULL, '2026-11-21 04:06:32.937255+00');
INSERT INTO public.artifacts VALUES ('e719ee58bfcc469ac288f56c3e4acf42', 'screenshot', '947f187506f7629c81c81879a2cb2256455038e4ac770091d897fa0a8b945e3b', 'image/png', 40, 30, NULL, NULL, NULL, '2026-11-21 04:06:32.996588+00');
INSERT INTO public.artifacts VALUES ('192de82a26d208d5881894735f5b12b2', 'annotated', NULL, 'image/png', NULL, NULL, NULL, '24baded3b72d264247a73024309b06c1', 'e719ee58bfcc469ac288f56c3e4acf42', '2026-11-21 04:06:33.063053+00');


--
-- Data for Name: blobs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.blobs VALUES ('52367a6622b19f08825e915fad80c542ad4f4c34dbcebad9f5007994b3e39208', 9, '2026-11-21 04:06:32.157365+00');
INSERT INTO public.blobs VALUES ('e5c6fde86910ded72db5cc7afc32f850440d4ef7caa5dbb69f5bdc0d3e39cb3b', 6, '2026-11-21 04:06:32.357679+00');
INSERT INTO public.blobs VALUES ('947f187506f7629c81c81879a2cb2256455038e4ac770091d897fa0a8b945e3b', 6, '2026-11-21 04:06:32.98866+00');


--
-- Data for Name: comparisons; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.comparisons VALUES ('19e909704bac9cdff440caa1a001b874', '8a892f08809ba679972b400a86905f82', '9fc9df29893df1ce9e5463e6c12c8e78', '6b304fa4e8efc4dc9b8571777632580c', 'f020f0855223888c69afc6a076909b81', '275fb751879cafc07fd07b26e83cabb5', '4586e9a7bae5117b5a08b67509d9f7e8', '15fb0be90ab75f03376bd0b6a116cb90', '2e972dacbad2e34012e4832705f09ae2', 'main', NULL, '17', NULL, '{"match_level": "content", "ignore_regions": [{"x": 1, "y": 2, "width": 3, "height": 4}], "fail_on": "major"}', 'failed', 'severity', 'approved', 'ci', '2026-11-21 04:06:32.772401+00', '{"width": 40, "height": 30}', '{"width": 40, "height": 35}', 0.75, 0.125, 0.0625, '{"kind": "shifted_rows", "bands": [{"reference_box": {"x": 0, "y": 0, "width": 40, "height": 10}, "dx": 0, "dy": 0}, {"reference_box": {"x": 0, "y": 10, "width": 40, "height": 20}, "dx": 0, "dy": 5}], "dx": 0, "dy": 0, "scale": 1.0, "removed": [], "inserted": [{"x": 0, "y": 10, "width": 40, "height": 5}]}', '[{"reference_box": null, "actual_box": {"x": 3, "y": 3, "width": 3, "height": 3}, "area_px": 9}]', '[{"reason": "antialiasing", "box": {"x": 7, "y": 7, "width": 1, "height": 1}, "area_px": 1}]', '{"reference_elements": 2, "actual_elements": 1, "matched": 1, "element_coverage": 0.5, "area_coverage": 0.9, "by_kind": {"button": {"reference_elements": 2, "actual_elements": 1, "matched": 1}}, "text_lines": {"reference": 3}, "matched_reference_ids": ["e1"]}', '{"detector": "d1", "reader": "r1"}', '{"align": 3.5}', '2026-11-21 04:06:32.379421+00', '2026-11-21 04:06:32.48971+00');
INSERT INTO public.comparisons VALUES ('5615f44b3089675feb725a0167613aa8', 'de59154a09269e844298bff5b784685a', '9fc9df29893df1ce9e5463e6c12c8e78', NULL, NULL, '99b2b6115374e27821ecb4c871c82f13', 'fbab837c99c2a80e585edbf53b490d3d', NULL, NULL, NULL, NULL, NULL, NULL, '{"match_level": "content", "ignore_regions": [{"x": 1, "y": 2, "width": 3, "height": 4}], "fail_on": "major"}', NULL, NULL, 'unreviewed', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-21 04:06:32.941211+00', NULL);


--
-- Data for Name: defects; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.defects VALUES ('19e909704bac9cdff440caa1a001b874', 0, 'd1', 'layout_shift', 'minor', NULL, NULL, '', '{"x": 0, "y": 0, "width": 9, "height": 9}', '{"x": 0, "y": 5, "width": 9, "height": 9}', '{"dy": 5}', NULL);
INSERT INTO public.defects VALUES ('19e909704bac9cdff440caa1a001b874', 1, 'd2', 'missing', 'critical', 'd1', 'button', 'OK', '{"x": 1, "y": 1, "width": 2, "height": 2}', 'null', '{}', NULL);
INSERT INTO public.defects VALUES ('19e909704bac9cdff440caa1a001b874', 2, 'd3', 'added', 'major', NULL, 'label', 'Новое', 'null', '{"x": 5, "y": 5, "width": 5, "height": 5}', '{}', 'ignore_region');


--
-- Data for Name: elements; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.elements VALUES ('15fb0be90ab75f03376bd0b6a116cb90', 0, 'e1', 'button', 1, 2, 30, 10, 'Sign in', 0.9);
INSERT INTO public.elements VALUES ('15fb0be90ab75f03376bd0b6a116cb90', 1, 'e2', 'button', 2, 2, 30, 10, 'Войти', 0.9);
INSERT INTO public.elements VALUES ('2e972dacbad2e34012e4832705f09ae2', 0, 'e1', 'button', 1, 2, 30, 10, 'Sign in', 0.9);
INSERT INTO public.elements VALUES ('24baded3b72d264247a73024309b06c1', 0, 'e1', 'button', 1, 2, 30, 10, 'Sign in', 0.9);
INSERT INTO public.elements VALUES ('24baded3b72d264247a73024309b06c1', 1, 'e2', 'button', 2, 2, 30, 10, 'Войти', 0.9);


--
-- Data for Name: locks; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: notifications; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notifications VALUES ('d786a77c39e3561ee4be0c755d44ef7b', '19e909704bac9cdff440caa1a001b874', 'telegram', 'pending', 0, NULL, NULL, '2026-11-21 04:06:32.672462+00', NULL, '2026-11-21 04:06:32.678763+00', NULL);


--
-- Data for Name: projects; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.projects VALUES ('9fc9df29893df1ce9e5463e6c12c8e78', 'default', '2026-11-21 04:06:32.043182+00');


--
-- Data for Name: references; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."references" VALUES ('f020f0855223888c69afc6a076909b81', '6b304fa4e8efc4dc9b8571777632580c', '', '275fb751879cafc07fd07b26e83cabb5', '2e972dacbad2e34012e4832705f09ae2', NULL, NULL, '2026-11-21 04:06:32.815985+00', '2026-11-21 04:06:32.222529+00');
INSERT INTO public."references" VALUES ('708fc827c665f09f01380e6a991c2013', '6b304fa4e8efc4dc9b8571777632580c', '', '4586e9a7bae5117b5a08b67509d9f7e8', '2e972dacbad2e34012e4832705f09ae2', 'ci', '2026-11-21 04:06:32.772401+00', NULL, '2026-11-21 04:06:32.815985+00');


--
-- Data for Name: tasks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tasks VALUES ('8a892f08809ba679972b400a86905f82', 't', 's', '6b304fa4e8efc4dc9b8571777632580c', 'SUCCESS', 'sync', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, '2026-11-21 04:06:32.289291+00', 'not_sent', NULL, false, '2026-11-21 04:06:32.289298+00', NULL, NULL);
INSERT INTO public.tasks VALUES ('de59154a09269e844298bff5b784685a', 't', 's', NULL, 'SUCCESS', 'sync', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, '2026-11-21 04:06:32.856328+00', 'not_sent', NULL, false, '2026-11-21 04:06:32.856336+00', NULL, NULL);
INSERT INTO public.tasks VALUES ('a7d3592d1adbd5a7e772c076716c21a7', 't', 'e719ee58bfcc469ac288f56c3e4acf42', NULL, 'RETRY', 'sync', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, '2026-11-21 04:06:33.088765+00', 'not_sent', NULL, false, '2026-11-21 04:06:33.088769+00', NULL, NULL);


--
-- Data for Name: testcases; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.testcases VALUES ('6b304fa4e8efc4dc9b8571777632580c', '9fc9df29893df1ce9e5463e6c12c8e78', 'start page', '', '2026-11-21 04:06:32.095391+00', '2026-11-21 04:06:32.095399+00');


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: analyses pk_analyses; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.analyses
    ADD CONSTRAINT pk_analyses PRIMARY KEY (id);


--
-- Name: api_keys pk_api_keys; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT pk_api_keys PRIMARY KEY (id);


--
-- Name: artifacts pk_artifacts; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT pk_artifacts PRIMARY KEY (id);


--
-- Name: blobs pk_blobs; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.blobs
    ADD CONSTRAINT pk_blobs PRIMARY KEY (sha256);


--
-- Name: comparisons pk_comparisons; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT pk_comparisons PRIMARY KEY (id);


--
-- Name: defects pk_defects; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.defects
    ADD CONSTRAINT pk_defects PRIMARY KEY (comparison_id, "position");


--
-- Name: elements pk_elements; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.elements
    ADD CONSTRAINT pk_elements PRIMARY KEY (analysis_id, "position");


--
-- Name: locks pk_locks; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.locks
    ADD CONSTRAINT pk_locks PRIMARY KEY (name);


--
-- Name: notifications pk_notifications; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT pk_notifications PRIMARY KEY (id);


--
-- Name: projects pk_projects; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT pk_projects PRIMARY KEY (id);


--
-- Name: references pk_references; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."references"
    ADD CONSTRAINT pk_references PRIMARY KEY (id);


--
-- Name: tasks pk_tasks; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT pk_tasks PRIMARY KEY (id);


--
-- Name: testcases pk_testcases; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.testcases
    ADD CONSTRAINT pk_testcases PRIMARY KEY (id);


--
-- Name: analyses uq_analyses_pixel_digest_detector_version_reader_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.analyses
    ADD CONSTRAINT uq_analyses_pixel_digest_detector_version_reader_version UNIQUE (pixel_digest, detector_version, reader_version);


--
-- Name: api_keys uq_api_keys_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT uq_api_keys_name UNIQUE (name);


--
-- Name: api_keys uq_api_keys_sha256; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT uq_api_keys_sha256 UNIQUE (sha256);


--
-- Name: artifacts uq_artifacts_comparison_id_kind; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT uq_artifacts_comparison_id_kind UNIQUE (comparison_id, kind);


--
-- Name: artifacts uq_artifacts_source_id_analysis_id_kind; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT uq_artifacts_source_id_analysis_id_kind UNIQUE (source_id, analysis_id, kind);


--
-- Name: comparisons uq_comparisons_task_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT uq_comparisons_task_id UNIQUE (task_id);


--
-- Name: notifications uq_notifications_comparison_id_channel; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT uq_notifications_comparison_id_channel UNIQUE (comparison_id, channel);


--
-- Name: projects uq_projects_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT uq_projects_name UNIQUE (name);


--
-- Name: testcases uq_testcases_project_id_name_variant; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.testcases
    ADD CONSTRAINT uq_testcases_project_id_name_variant UNIQUE (project_id, name, variant);


--
-- Name: ix_artifacts_analysis_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_artifacts_analysis_id ON public.artifacts USING btree (analysis_id);


--
-- Name: ix_artifacts_sha256; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_artifacts_sha256 ON public.artifacts USING btree (sha256);


--
-- Name: ix_comparisons_actual_artifact_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_comparisons_actual_artifact_id ON public.comparisons USING btree (actual_artifact_id);


--
-- Name: ix_comparisons_page; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_comparisons_page ON public.comparisons USING btree (created_at, id);


--
-- Name: ix_comparisons_project_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_comparisons_project_id ON public.comparisons USING btree (project_id);


--
-- Name: ix_comparisons_reference_artifact_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_comparisons_reference_artifact_id ON public.comparisons USING btree (reference_artifact_id);


--
-- Name: ix_comparisons_reference_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_comparisons_reference_id ON public.comparisons USING btree (reference_id);


--
-- Name: ix_comparisons_testcase_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_comparisons_testcase_id ON public.comparisons USING btree (testcase_id);


--
-- Name: ix_comparisons_verdict; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_comparisons_verdict ON public.comparisons USING btree (verdict);


--
-- Name: ix_defects_type; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_defects_type ON public.defects USING btree (type);


--
-- Name: ix_notifications_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_notifications_state ON public.notifications USING btree (state);


--
-- Name: ix_references_analysis_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_references_analysis_id ON public."references" USING btree (analysis_id);


--
-- Name: ix_references_artifact_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_references_artifact_id ON public."references" USING btree (artifact_id);


--
-- Name: ix_references_current; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_references_current ON public."references" USING btree (testcase_id, branch, superseded_at);


--
-- Name: ix_tasks_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_tasks_created_at ON public.tasks USING btree (created_at);


--
-- Name: ix_tasks_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_tasks_open ON public.tasks USING btree (state, run_after);


--
-- Name: ix_tasks_testcase_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_tasks_testcase_id ON public.tasks USING btree (testcase_id);


--
-- Name: artifacts fk_artifacts_analysis_id_analyses; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT fk_artifacts_analysis_id_analyses FOREIGN KEY (analysis_id) REFERENCES public.analyses(id) ON DELETE CASCADE;


--
-- Name: artifacts fk_artifacts_sha256_blobs; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT fk_artifacts_sha256_blobs FOREIGN KEY (sha256) REFERENCES public.blobs(sha256);


--
-- Name: artifacts fk_artifacts_source_id_artifacts; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT fk_artifacts_source_id_artifacts FOREIGN KEY (source_id) REFERENCES public.artifacts(id) ON DELETE CASCADE;


--
-- Name: comparisons fk_comparisons_actual_analysis_id_analyses; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT fk_comparisons_actual_analysis_id_analyses FOREIGN KEY (actual_analysis_id) REFERENCES public.analyses(id);


--
-- Name: comparisons fk_comparisons_actual_artifact_id_artifacts; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT fk_comparisons_actual_artifact_id_artifacts FOREIGN KEY (actual_artifact_id) REFERENCES public.artifacts(id);


--
-- Name: comparisons fk_comparisons_project_id_projects; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT fk_comparisons_project_id_projects FOREIGN KEY (project_id) REFERENCES public.projects(id);


--
-- Name: comparisons fk_comparisons_reference_analysis_id_analyses; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT fk_comparisons_reference_analysis_id_analyses FOREIGN KEY (reference_analysis_id) REFERENCES public.analyses(id);


--
-- Name: comparisons fk_comparisons_reference_artifact_id_artifacts; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT fk_comparisons_reference_artifact_id_artifacts FOREIGN KEY (reference_artifact_id) REFERENCES public.artifacts(id);


--
-- Name: comparisons fk_comparisons_reference_id_references; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT fk_comparisons_reference_id_references FOREIGN KEY (reference_id) REFERENCES public."references"(id) ON DELETE SET NULL;


--
-- Name: comparisons fk_comparisons_task_id_tasks; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT fk_comparisons_task_id_tasks FOREIGN KEY (task_id) REFERENCES public.tasks(id);


--
-- Name: comparisons fk_comparisons_testcase_id_testcases; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comparisons
    ADD CONSTRAINT fk_comparisons_testcase_id_testcases FOREIGN KEY (testcase_id) REFERENCES public.testcases(id) ON DELETE SET NULL;


--
-- Name: defects fk_defects_comparison_id_comparisons; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.defects
    ADD CONSTRAINT fk_defects_comparison_id_comparisons FOREIGN KEY (comparison_id) REFERENCES public.comparisons(id) ON DELETE CASCADE;


--
-- Name: elements fk_elements_analysis_id_analyses; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.elements
    ADD CONSTRAINT fk_elements_analysis_id_analyses FOREIGN KEY (analysis_id) REFERENCES public.analyses(id) ON DELETE CASCADE;


--
-- Name: notifications fk_notifications_comparison_id_comparisons; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT fk_notifications_comparison_id_comparisons FOREIGN KEY (comparison_id) REFERENCES public.comparisons(id) ON DELETE CASCADE;


--
-- Name: references fk_references_analysis_id_analyses; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."references"
    ADD CONSTRAINT fk_references_analysis_id_analyses FOREIGN KEY (analysis_id) REFERENCES public.analyses(id);


--
-- Name: references fk_references_artifact_id_artifacts; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."references"
    ADD CONSTRAINT fk_references_artifact_id_artifacts FOREIGN KEY (artifact_id) REFERENCES public.artifacts(id);


--
-- Name: references fk_references_testcase_id_testcases; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."references"
    ADD CONSTRAINT fk_references_testcase_id_testcases FOREIGN KEY (testcase_id) REFERENCES public.testcases(id) ON DELETE CASCADE;


--
-- Name: tasks fk_tasks_testcase_id_testcases; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_testcase_id_testcases FOREIGN KEY (testcase_id) REFERENCES public.testcases(id) ON DELETE SET NULL;


--
-- Name: testcases fk_testcases_project_id_projects; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.testcases
    ADD CONSTRAINT fk_testcases_project_id_projects FOREIGN KEY (project_id) REFERENCES public.projects(id);


--
-- PostgreSQL database dump complete
--
