#include <haulwatch/io/event_reader.hpp>

#include "random_records.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/event_writer.hpp>

#include <gmock/gmock.h>

#include <string>

namespace haulwatch::io {
namespace {

using ::testing::HasSubstr;
using testing::RandomRecords;

std::string json(const Event& event) {
  std::string line;
  append_json(line, event);
  return line;
}

TEST(EventReader, ReadsEveryKindAsItWasWritten) {
  RandomRecords random{7};
  for (int i = 0; i < 5'000; ++i) {
    const std::string line = json(random.event());
    TextStore texts;
    const EventReading reading = read_event(line, texts);
    ASSERT_TRUE(reading.event) << line << '\n' << reading.fault;
    ASSERT_EQ(json(*reading.event), line);
  }
}

TEST(EventReader, TakesMembersInAnyOrderAndPassesOverUnknownOnes) {
  TextStore texts;
  const EventReading reading =
      read_event(R"({"trip":"000000000000000c","max_loads":12,"loads":13,"later":[1],"subject":"00000000000000ab",)"
                 R"("id":"00000000000000aa","permit":"P-1","event":"quota_exceeded"})",
                 texts);
  ASSERT_TRUE(reading.event) << reading.fault;
  EXPECT_EQ(reading.event->id, EventId{0xaa});
  EXPECT_EQ(std::get<QuotaExcess>(reading.event->details).loads, 13U);
  EXPECT_EQ(std::get<QuotaExcess>(reading.event->details).permit, "P-1");
}

TEST(EventReader, NamesWhatItCannotRead) {
  const auto fault_of = [](std::string_view line) {
    TextStore texts;
    return read_event(line, texts).fault;
  };
  EXPECT_THAT(fault_of("[]"), HasSubstr("object"));
  EXPECT_THAT(fault_of("{"), HasSubstr("column"));
  EXPECT_THAT(fault_of("{}"), HasSubstr("event"));
  EXPECT_THAT(fault_of(R"({"event":"landed"})"), HasSubstr("landed"));
  EXPECT_THAT(fault_of(R"({"event":"site_left","id":"zz","subject":"0000000000000000"})"), HasSubstr("/id"));
  EXPECT_THAT(fault_of(R"({"event":"site_left","id":"0000000000000000","subject":"0000000000000000","time":7})"),
              HasSubstr("/time"));
  EXPECT_THAT(fault_of(R"({"event":"dump_suspected","id":"0000000000000000","subject":"0000000000000000",)"
                       R"("reasons":[{"name":"aliens"}]})"),
              HasSubstr("/reasons/0/name"));
}

TEST(EventReader, SaysWhichFileCannotBeRead) {
  TextStore texts;
  EXPECT_THROW(read_events("/no/such/file", texts, [](const Event&, std::uint64_t) {}), FileError);
}

}  // namespace
}  // namespace haulwatch::io
