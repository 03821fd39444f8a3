/* haulwatch for C and for whatever speaks C: the live pipeline over the default chain.
 *
 * Push fixes in batches from any number of threads, each through a source of its own; take events in batches from one
 * thread at a time. Events that nobody takes hold the pipeline up in the end, and then sources give fixes back: so a
 * host on a single thread takes events whenever a push or a tick was not taken whole, and tries the rest again.
 *
 * Every function that can fail returns a hw_result or NULL, and hw_error() then says why, in the thread that called.
 * Texts are UTF-8. Times are milliseconds since 1970-01-01T00:00Z, degrees WGS-84, lengths metres, speeds metres a
 * second. docs/live-pipeline.md tells the rest. The interface is versioned: see hw_version. */
#ifndef HAULWATCH_H
#define HAULWATCH_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define HW_API __attribute__((visibility("default")))
#else
#define HW_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hw_pipeline hw_pipeline;
typedef struct hw_source hw_source;

typedef enum hw_result {
  HW_OK = 0,
  HW_FAILED = 1,  /* see hw_error() */
  HW_AGAIN = 2,   /* no room at present: take events and try again */
  HW_FOREIGN = 3, /* the vehicle belongs to another source */
  HW_UNKNOWN = 4  /* no such vehicle */
} hw_result;

/* Absence of a time. */
#define HW_NO_TIME INT64_MIN

/* What a sensor or a flag said, if it said anything. */
enum { HW_NOT_REPORTED = 0, HW_NO = 1, HW_YES = 2 };
/* The same of a load sensor; HW_NOT_REPORTED where it is silent. */
enum { HW_EMPTY = 1, HW_HALF = 2, HW_FULL = 3 };

/* One report. Begin with hw_fix_init, which says that nothing was reported. */
typedef struct hw_fix {
  int64_t time;      /* at the terminal */
  int64_t received;  /* at the platform; HW_NO_TIME when not known */
  double lon, lat;   /* degrees */
  double odometer_m; /* negative when not reported */
  float speed_mps;   /* NaN when not reported, and so on */
  float heading_deg; /* clockwise from true north */
  float accuracy_m;  /* one standard deviation of a horizontal axis */
  float hdop;        /* used where accuracy_m is absent */
  uint32_t vehicle;  /* from hw_source_vehicle */
  uint32_t record;   /* number of the message, for reports; may be 0 */
  uint8_t valid;     /* the receiver's own word on whether it had a position */
  uint8_t ignition;
  uint8_t body_lift; /* tipping body raised */
  uint8_t cover_closed;
  uint8_t load;
  uint8_t backfill; /* 1 when uploaded after a dead zone */
} hw_fix;

/* A text that lives as long as the pipeline. No zero at its end. */
typedef struct hw_text {
  const char* data;
  size_t size;
} hw_text;

/* One event, as far as all kinds have it in common. hw_take_lines gives everything. */
typedef struct hw_event {
  uint64_t id;      /* names the event for good */
  uint64_t subject; /* names its episode: a stop, a trip, a deviation ... */
  int64_t time;     /* when it became true */
  int64_t detected; /* event time of what proved it */
  double lon, lat;  /* NaN when it has no place */
  hw_text kind;     /* "stop_ended" ... */
  hw_text vehicle;
  hw_text object;    /* site, zone, gate or route that it is about; a trip's destination; may be empty */
  uint32_t registry; /* version of the registry that it was judged by */
  uint32_t sequence; /* order within the vehicle */
  uint16_t revision;
  uint8_t retracted;
  uint8_t inferred;
} hw_event;

/* The present of one vehicle. */
typedef struct hw_status {
  int64_t time; /* of the newest kept fix; HW_NO_TIME before the first */
  double lon, lat;
  float speed_mps, heading_deg;
  float load_confidence; /* 0 to 1 */
  hw_text site;          /* that it is in; may be empty */
  hw_text origin;        /* of the open trip's load; may be empty */
  int64_t stopped_since; /* HW_NO_TIME unless stopped, and so on */
  int64_t loaded_since;
  int64_t off_route_since;
  uint8_t load; /* HW_NOT_REPORTED, HW_EMPTY or HW_FULL */
  uint8_t stopped, silent, on_trip, off_route, dump_suspected;
} hw_status;

/* offered = accepted + rejected; accepted = folded + failed + queued; folded = kept + refused + waiting;
 * found = delivered + held. Delivered is what lies ready to be taken, or was taken. */
typedef struct hw_metrics {
  uint64_t offered, accepted, rejected, rejected_ticks;
  uint64_t queued, folded, failed, kept, refused, waiting;
  uint64_t found, delivered, held;
  uint64_t steps;
  int64_t queue_wait_p50_us, queue_wait_p99_us;
  int64_t tick_to_sink_p50_us, tick_to_sink_p99_us;
} hw_metrics;

enum { HW_ORDERED = 0, HW_IMMEDIATE = 1 };
enum { HW_REJECT = 0, HW_BLOCK = 1 };

/* Begin with hw_options_init. */
typedef struct hw_options {
  size_t size; /* of this struct, as the caller was compiled */
  unsigned shards;
  unsigned sources;
  unsigned open_ticks;
  int delivery;          /* HW_ORDERED */
  int overflow;          /* HW_REJECT; HW_BLOCK needs a thread of its own that takes events */
  size_t queue_capacity; /* fixes that may wait, for each source and shard */
  size_t event_capacity; /* events that may lie ready to be taken */
  /* Told of trouble that was survived, from any thread; NULL for none. */
  void (*log)(void* context, const char* text);
  void* log_context;
} hw_options;

/* "0.1.0" */
HW_API const char* hw_version(void);

/* Why the last call of this thread failed. Lives until the next call. */
HW_API const char* hw_error(void);

HW_API void hw_fix_init(hw_fix* fix);
HW_API void hw_options_init(hw_options* options);

/* Starts a pipeline, with its own threads.
 * registry_path  a registry file; NULL for none
 * options        NULL for the defaults */
HW_API hw_pipeline* hw_pipeline_open(const char* registry_path, const hw_options* options);

/* The log has ended: silence up to the newest fix is evidence, and what that proves lies ready to be taken. */
HW_API hw_result hw_pipeline_finish(hw_pipeline* pipeline);

/* Ends the pipeline if need be, and frees it with all texts that came from it. Sources that are still open stay to be
 * closed, and take nothing any more. NULL is allowed. */
HW_API void hw_pipeline_close(hw_pipeline* pipeline);

HW_API hw_source* hw_source_open(hw_pipeline* pipeline);
/* NULL is allowed. */
HW_API void hw_source_close(hw_source* source);

/* The number of a vehicle, for hw_fix. HW_FOREIGN when it belongs to another source. */
HW_API hw_result hw_source_vehicle(hw_source* source, const char* name, size_t name_size, uint32_t* vehicle);

/* Returns how many of the fixes were taken. The others, in order, are read by hw_source_rejected until the next push.
 */
HW_API size_t hw_source_push(hw_source* source, const hw_fix* fixes, size_t count);
/* Writes at most capacity of them, and returns how many there are. */
HW_API size_t hw_source_rejected(const hw_source* source, hw_fix* fixes, size_t capacity);

/* All of this source's fixes up to now have been pushed. HW_AGAIN when too many ticks are open. */
HW_API hw_result hw_source_tick(hw_source* source, int64_t now);
/* Nothing will come for a while: the other sources' ticks hold for this one's vehicles. */
HW_API void hw_source_idle(hw_source* source);

/* Takes up to capacity events, and returns how many. Never waits. */
HW_API size_t hw_take_events(hw_pipeline* pipeline, hw_event* events, size_t capacity);
/* Takes events as JSON lines, as many whole ones as fit, and returns how many bytes they are. No zero at the end. When
 * the first alone does not fit, nothing is taken, and needed (unless NULL) says how many bytes it takes; else 0. */
HW_API size_t hw_take_lines(hw_pipeline* pipeline, char* text, size_t capacity, size_t* needed);

/* Waits up to milliseconds until all that was pushed is folded, and what ticks allow lies ready. HW_AGAIN if it took
 * longer. */
HW_API hw_result hw_pipeline_drain(hw_pipeline* pipeline, int64_t milliseconds);

HW_API hw_result hw_vehicle_status(const hw_pipeline* pipeline, const char* name, size_t name_size, hw_status* status);
HW_API void hw_pipeline_metrics(const hw_pipeline* pipeline, hw_metrics* metrics);

#ifdef __cplusplus
}
#endif

#endif
