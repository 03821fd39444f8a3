#include <haulwatch/io/wire.hpp>

#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

namespace {

using haulwatch::Event;
using haulwatch::Fix;
using haulwatch::Manifest;
using haulwatch::VehicleNames;
using haulwatch::io::TextStore;
using haulwatch::io::WireReader;
using haulwatch::io::WireStep;
using haulwatch::io::WireWriter;

void require(bool holds, const char* promise) {
  if (holds) return;
  std::cerr << "broken promise: " << promise << '\n';
  std::abort();
}

/// The three types of message behind one face.
struct FixDoor {
  WireStep read(WireReader& reader) { return reader.next(fix, names); }
  void write(std::string& out) { writer.append(out, fix, names.name(fix.vehicle)); }
  Fix fix;
  VehicleNames names;
  WireWriter writer;
};

struct EventDoor {
  WireStep read(WireReader& reader) { return reader.next(event, texts); }
  void write(std::string& out) { writer.append(out, event); }
  Event event;
  TextStore texts;
  WireWriter writer;
};

struct ManifestDoor {
  WireStep read(WireReader& reader) { return reader.next(manifest); }
  void write(std::string& out) { writer.append(out, manifest); }
  Manifest manifest;
  WireWriter writer;
};

/// What was read, written and read again has to be written the same.
template <class Door>
void require_round_trip(Door& door) {
  std::string once;
  door.write(once);
  WireReader again{once};
  require(door.read(again) == WireStep::record, "what was written can be read");
  std::string twice;
  door.write(twice);
  require(once == twice, "a round trip changes nothing");
}

template <class Door>
void read_both_ways(std::string_view bytes) {
  Door from_memory;
  Door from_stream;
  std::istringstream in{std::string{bytes}};
  WireReader memory{bytes};
  WireReader stream{in};
  for (;;) {
    const WireStep step = from_memory.read(memory);
    require(from_stream.read(stream) == step, "memory and stream agree");
    if (step == WireStep::end) return;
    if (step == WireStep::record)
      require_round_trip(from_memory);
    else
      require(memory.fault() == stream.fault() && !memory.fault().message.empty(), "a fault has a cause");
    if (step == WireStep::broken) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const google::protobuf::LogSilencer quiet;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  read_both_ways<FixDoor>(bytes);
  read_both_ways<EventDoor>(bytes);
  read_both_ways<ManifestDoor>(bytes);
  return 0;
}
