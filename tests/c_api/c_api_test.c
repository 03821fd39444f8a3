/* The C interface as a C host sees it: compiled as C, with nothing of C++ in sight. */
#include <haulwatch/haulwatch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

#define CHECK(what)                                             \
  do {                                                          \
    if (!(what)) {                                              \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
      ++failures;                                               \
    }                                                           \
  } while (0)

static const int64_t morning = 1773273600000; /* 2026-03-12T00:00Z */

/* Drives east for five minutes, then stands: one fix every ten seconds. */
static hw_fix fix_at(int i, uint32_t vehicle) {
  hw_fix fix;
  hw_fix_init(&fix);
  fix.time = morning + 10000 * (int64_t)i;
  fix.lon = 121.0 + (i < 30 ? 0.001 * i : 0.03);
  fix.lat = 30.7;
  fix.speed_mps = i < 30 ? 9.6F : 0.0F;
  fix.vehicle = vehicle;
  return fix;
}

static int is(hw_text text, const char* expected) {
  return text.size == strlen(expected) && memcmp(text.data, expected, text.size) == 0;
}

static void push_all(hw_pipeline* pipeline, hw_source* source, const hw_fix* fixes, size_t count) {
  hw_fix rest[60];
  memcpy(rest, fixes, count * sizeof *fixes);
  while (hw_source_push(source, rest, count) < count) {
    count = hw_source_rejected(source, rest, 60);
    hw_pipeline_drain(pipeline, 1000);
  }
}

static void tells_a_stop(void) {
  hw_pipeline* pipeline = hw_pipeline_open(NULL, NULL);
  CHECK(pipeline != NULL);
  hw_source* source = hw_source_open(pipeline);
  CHECK(source != NULL);
  uint32_t truck = 99;
  CHECK(hw_source_vehicle(source, "ZF-101", 6, &truck) == HW_OK);
  hw_fix fixes[60];
  for (int i = 0; i < 60; ++i) fixes[i] = fix_at(i, truck);
  push_all(pipeline, source, fixes, 60);
  CHECK(hw_source_tick(source, morning + 600000) == HW_OK);
  CHECK(hw_pipeline_drain(pipeline, 60000) == HW_OK);

  hw_event events[8];
  const size_t count = hw_take_events(pipeline, events, 8);
  CHECK(count == 1);
  CHECK(is(events[0].kind, "stop_started"));
  CHECK(is(events[0].vehicle, "ZF-101"));
  CHECK(events[0].time > morning && events[0].detected >= events[0].time);
  CHECK(events[0].lon > 121.02 && events[0].lon < 121.04);
  CHECK(hw_take_events(pipeline, events, 8) == 0);

  hw_status status;
  CHECK(hw_vehicle_status(pipeline, "ZF-101", 6, &status) == HW_OK);
  CHECK(status.stopped == 1 && status.silent == 0 && status.stopped_since > morning);
  CHECK(status.time == morning + 10000 * 56 || status.time > morning + 10000 * 50);
  CHECK(hw_vehicle_status(pipeline, "nobody", 6, &status) == HW_UNKNOWN);

  hw_source_close(source);
  CHECK(hw_pipeline_finish(pipeline) == HW_OK);
  hw_metrics metrics;
  hw_pipeline_metrics(pipeline, &metrics);
  CHECK(metrics.accepted == 60 && metrics.kept == 60 && metrics.queued == 0 && metrics.held == 0);
  CHECK(metrics.offered == metrics.accepted + metrics.rejected);
  hw_pipeline_close(pipeline);
}

static void gives_lines(void) {
  hw_pipeline* pipeline = hw_pipeline_open(NULL, NULL);
  hw_source* source = hw_source_open(pipeline);
  uint32_t truck = 0;
  hw_source_vehicle(source, "ZF-102", 6, &truck);
  hw_fix fixes[60];
  for (int i = 0; i < 60; ++i) fixes[i] = fix_at(i, truck);
  push_all(pipeline, source, fixes, 60);
  hw_pipeline_finish(pipeline);

  char text[4096];
  size_t needed = 0;
  CHECK(hw_take_lines(pipeline, text, 10, &needed) == 0);
  CHECK(needed > 10 && needed < sizeof text);
  const size_t size = hw_take_lines(pipeline, text, sizeof text, &needed);
  CHECK(needed == 0);
  CHECK(size > 0 && text[size - 1] == '\n');
  text[size - 1] = '\0';
  CHECK(text[0] == '{' && strstr(text, "stop_started") != NULL && strstr(text, "ZF-102") != NULL);
  CHECK(hw_take_lines(pipeline, text, sizeof text, NULL) == 0);
  hw_source_close(source);
  hw_pipeline_close(pipeline);
}

static void keeps_vehicles_to_their_sources(void) {
  hw_pipeline* pipeline = hw_pipeline_open(NULL, NULL);
  hw_source* one = hw_source_open(pipeline);
  hw_source* other = hw_source_open(pipeline);
  uint32_t truck = 0;
  CHECK(hw_source_vehicle(one, "A", 1, &truck) == HW_OK);
  CHECK(hw_source_vehicle(other, "A", 1, &truck) == HW_FOREIGN);
  hw_fix fix = fix_at(0, truck);
  CHECK(hw_source_push(other, &fix, 1) == 0);
  hw_fix back;
  CHECK(hw_source_rejected(other, &back, 1) == 1 && back.time == fix.time && back.lon == fix.lon);
  CHECK(hw_source_push(one, &fix, 1) == 1);
  hw_source_idle(other);
  hw_pipeline_close(pipeline); /* before its sources */
  CHECK(hw_source_push(one, &fix, 1) == 0);
  hw_source_close(one);
  hw_source_close(other);
}

static void says_what_is_wrong(void) {
  CHECK(hw_pipeline_open("/no/such/registry.geojson", NULL) == NULL);
  CHECK(strstr(hw_error(), "/no/such/registry.geojson") != NULL);
  hw_options options;
  hw_options_init(&options);
  options.shards = 0;
  CHECK(hw_pipeline_open(NULL, &options) == NULL);
  CHECK(strstr(hw_error(), "shard") != NULL);
  hw_options_init(&options);
  options.size = 1;
  CHECK(hw_pipeline_open(NULL, &options) == NULL);
  CHECK(strstr(hw_error(), "hw_options_init") != NULL);
  hw_pipeline_close(NULL);
  hw_source_close(NULL);
  CHECK(strlen(hw_version()) >= 5);
}

/* Nobody takes events: the pipeline fills up, says so, and goes on once somebody does. */
static void holds_up_and_goes_on(void) {
  hw_options options;
  hw_options_init(&options);
  options.event_capacity = 1;
  options.open_ticks = 2;
  options.shards = 2;
  hw_pipeline* pipeline = hw_pipeline_open(NULL, &options);
  hw_source* source = hw_source_open(pipeline);
  uint32_t trucks[20];
  for (int v = 0; v < 20; ++v) {
    char name[8];
    const int size = snprintf(name, sizeof name, "T-%d", v);
    CHECK(hw_source_vehicle(source, name, (size_t)size, &trucks[v]) == HW_OK);
  }
  size_t events = 0;
  int again = 0;
  hw_event event;
  for (int i = 0; i < 60; ++i) {
    for (int v = 0; v < 20; ++v) {
      const hw_fix fix = fix_at(i, trucks[v]);
      push_all(pipeline, source, &fix, 1);
    }
    while (hw_source_tick(source, morning + 10000 * (int64_t)(i + 1)) == HW_AGAIN) {
      ++again;
      hw_pipeline_drain(pipeline, 1);
      if (again % 3 == 0) events += hw_take_events(pipeline, &event, 1);
    }
  }
  hw_source_close(source);
  CHECK(hw_pipeline_finish(pipeline) == HW_OK);
  while (hw_take_events(pipeline, &event, 1) == 1) ++events;
  CHECK(events == 20);
  hw_metrics metrics;
  hw_pipeline_metrics(pipeline, &metrics);
  CHECK(metrics.kept == 1200 && metrics.delivered == 20);
  hw_pipeline_close(pipeline);
}

int main(void) {
  tells_a_stop();
  gives_lines();
  keeps_vehicles_to_their_sources();
  says_what_is_wrong();
  holds_up_and_goes_on();
  if (failures == 0) puts("all well");
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
