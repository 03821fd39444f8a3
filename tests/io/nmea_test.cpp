#include <haulwatch/io/nmea/stream_parser.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::io::nmea {

void PrintTo(Fault fault, std::ostream* out) {
  *out << name_of(fault);
}

namespace {

using namespace std::chrono_literals;
using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TimeUtc seven{Milliseconds{1'773'298'800'000}};  // 2026-03-12T07:00:00Z

struct Heard : Listener {
  struct Position {
    std::string vehicle;
    Fix fix;
  };
  void on_fix(const Report& report) override { positions.push_back({std::string{report.vehicle}, report.fix}); }
  void on_refused(Fault fault, std::string_view /*line*/) override { faults.push_back(fault); }
  void on_ais(const AisBits& message) override { ais_types.push_back(message.type()); }

  [[nodiscard]] std::string told() const {
    std::string all;
    for (const Position& p : positions) {
      all += p.vehicle + " " + std::to_string(p.fix.time.time_since_epoch().count()) + " " +
             std::to_string(p.fix.position.lon) + " " + std::to_string(p.fix.position.lat) + " " +
             std::to_string(p.fix.speed_mps.value_or(-1)) + " " + std::to_string(p.fix.hdop.value_or(-1)) + "\n";
    }
    for (const Fault fault : faults) all += std::string{name_of(fault)} + "\n";
    return all;
  }

  std::vector<Position> positions;
  std::vector<Fault> faults;
  std::vector<unsigned> ais_types;
};

struct Read : Heard {
  Counts counts;
};

Read read(std::string_view text, Strictness strictness = Strictness::strict, TimeUtc heard = no_time) {
  Read read;
  StreamParser parser{strictness};
  parser.push(text, read, heard);
  parser.finish(read, heard);
  read.counts = parser.counts();
  return read;
}

/// With the right checksum.
std::string sentence(std::string_view text) {
  unsigned sum = 0;
  for (const char c : text.substr(1)) sum ^= static_cast<unsigned char>(c);
  const std::string_view digits = "0123456789ABCDEF";
  return std::string{text} + "*" + digits[sum >> 4U] + digits[sum & 15U] + "\r\n";
}

constexpr std::string_view rmc = "$GPRMC,070000.00,A,3043.2000,N,12100.0000,E,27.0,090.0,120326,,*08\r\n";
constexpr std::string_view gga = "$GNGGA,070000.00,3043.2000,N,12100.0000,E,1,09,0.9,5.0,M,,M,,*6A\r\n";
constexpr std::string_view next_rmc = "$GPRMC,070010.00,A,3043.2000,N,12100.0000,E,27.0,090.0,120326,,*09\r\n";
constexpr std::string_view next_gga = "$GNGGA,070010.00,3043.2000,N,12100.0000,E,1,09,1.2,5.0,M,,M,,*61\r\n";

TEST(Nmea, ReadsAnRmc) {
  const Read found = read(rmc);
  ASSERT_THAT(found.positions, SizeIs(1));
  const Fix& fix = found.positions[0].fix;
  EXPECT_EQ(found.positions[0].vehicle, "") << "a receiver does not say whose it is";
  EXPECT_EQ(fix.time, seven);
  EXPECT_THAT(fix.position.lon, DoubleEq(121.0));
  EXPECT_THAT(fix.position.lat, DoubleEq(30.72));
  EXPECT_FLOAT_EQ(fix.speed_mps.value(), 13.89F);
  EXPECT_EQ(fix.heading_deg, Reading{90.0F});
  EXPECT_EQ(fix.valid, Sensed::yes);
  EXPECT_FALSE(fix.hdop.has_value());
}

TEST(Nmea, TakesTheHdopOfTheSameInstantFromAGgaBeforeOrBehind) {
  const Read before = read(std::string{gga} + std::string{rmc});
  EXPECT_EQ(before.positions.at(0).fix.hdop, Reading{0.9F});
  const Read behind = read(std::string{rmc} + std::string{gga} + std::string{next_rmc} + std::string{next_gga});
  ASSERT_THAT(behind.positions, SizeIs(2));
  EXPECT_FALSE(behind.positions[0].fix.hdop.has_value()) << "nobody knew yet that a GGA would follow";
  EXPECT_EQ(behind.positions[1].fix.hdop, Reading{1.2F});
  const Read other = read(std::string{gga} + std::string{next_rmc});
  EXPECT_FALSE(other.positions.at(0).fix.hdop.has_value()) << "another instant";
}

TEST(Nmea, GivesOutTheLastRmcThoughNoGgaFollows) {
  EXPECT_THAT(read(std::string{rmc} + std::string{gga} + std::string{next_rmc}).positions, SizeIs(2));
}

TEST(Nmea, SaysThatThereIsNoFix) {
  const Read found = read("$GPRMC,070020.00,V,,,,,,,120326,,*1E\n");
  ASSERT_THAT(found.positions, SizeIs(1));
  EXPECT_EQ(found.positions[0].fix.valid, Sensed::no);
}

TEST(Nmea, RefusesAnRmcThatIsNone) {
  for (const std::string_view text :
       {"$GPRMC,250000,A,3043.2,N,12100.0,E,27.0,090.0,120326,,",
        "$GPRMC,070000,A,3043.2,N,12100.0,E,27.0,090.0,310226,,",
        "$GPRMC,070000,A,3060.0,N,12100.0,E,27.0,090.0,120326,,",
        "$GPRMC,070000,A,3043.2,X,12100.0,E,27.0,090.0,120326,,", "$GPRMC,070000,A,,,,,27.0,090.0,120326,,",
        "$GPRMC,070000,A", "$GPRMC,0700000,A,3043.2,N,12100.0,E,,,120326",
        "$GPRMC,070000.1x,A,3043.2,N,12100.0,E,,,120326"}) {
    const Read found = read(sentence(text));
    EXPECT_THAT(found.positions, IsEmpty()) << text;
    EXPECT_THAT(found.faults, ElementsAre(Fault::bad_rmc)) << text;
  }
}

TEST(Nmea, HoldsMillisecondsSouthAndWest) {
  const Read found = read(sentence("$GNRMC,070000.9876,A,3330.0,S,07030.0,W,,,120326,,,A"));
  ASSERT_THAT(found.positions, SizeIs(1));
  EXPECT_EQ(found.positions[0].fix.time, seven + 987ms);
  EXPECT_EQ(found.positions[0].fix.position, (LonLat{-70.5, -33.5}));
  EXPECT_FALSE(found.positions[0].fix.speed_mps.has_value());
}

TEST(Nmea, RefusesAChecksumThatIsWrongOrMissingUnlessLenient) {
  std::string wrong{rmc};
  wrong[wrong.find("27.0")] = '3';
  const std::string missing{rmc.substr(0, rmc.find('*'))};
  EXPECT_THAT(read(wrong).faults, ElementsAre(Fault::checksum));
  EXPECT_THAT(read(missing).faults, ElementsAre(Fault::no_checksum));
  EXPECT_THAT(read(wrong, Strictness::lenient).positions, SizeIs(1));
  const Read lenient = read(missing, Strictness::lenient);
  EXPECT_THAT(lenient.positions, SizeIs(1));
  EXPECT_EQ(lenient.counts.tolerated_as(Fault::no_checksum), 1U);
}

TEST(Nmea, RefusesLinesThatAreNoSentenceInEitherMode) {
  for (const Strictness strictness : {Strictness::strict, Strictness::lenient}) {
    EXPECT_THAT(read("hello\n\n  \n", strictness).faults, ElementsAre(Fault::not_a_sentence));
    EXPECT_THAT(read("\\s:1,c:5\n", strictness).faults, ElementsAre(Fault::not_a_sentence));
    EXPECT_THAT(read(std::string(5000, '$') + "\n" + std::string{rmc}, strictness).faults,
                ElementsAre(Fault::too_long));
    EXPECT_THAT(read(sentence("$" + std::string(40, ',')), strictness).faults, ElementsAre(Fault::not_a_sentence));
  }
}

TEST(Nmea, RefusesEverySingleFlippedBitOrReadsTheSame) {
  const std::string expected = read(rmc).told();
  for (std::size_t bit = 0; bit < 8 * (rmc.size() - 2); ++bit) {
    std::string flipped{rmc};
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    const Read found = read(flipped);
    if (!found.positions.empty()) {
      EXPECT_EQ(found.told(), expected) << flipped;
    }
  }
}

// The same vessel by hand: type 1, MMSI 413123456, 12.3 kn, 121 E 30.5 N, 90.1°, second 42.
constexpr std::string_view class_a = "!AIVDM,1,1,,A,169w3P001s`aq>0ALtH3QBmD0000,0*08\n";

TEST(Ais, ReadsAClassAReport) {
  const Read found = read(class_a, Strictness::strict, seven + 45s);
  ASSERT_THAT(found.positions, SizeIs(1));
  EXPECT_EQ(found.positions[0].vehicle, "413123456");
  const Fix& fix = found.positions[0].fix;
  EXPECT_EQ(fix.position, (LonLat{121.0, 30.5}));
  EXPECT_FLOAT_EQ(fix.speed_mps.value(), static_cast<float>(12.3 * 1852 / 3600));
  EXPECT_EQ(fix.heading_deg, Reading{90.1F});
  EXPECT_EQ(fix.time, seven + 42s);
  EXPECT_EQ(fix.received, seven + 45s);
  EXPECT_EQ(fix.valid, Sensed::yes);
}

TEST(Ais, ReadsAReportThatTheFieldsDocumentationHas) {
  const Read found = read("!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C\n", Strictness::strict, seven + 16s);
  ASSERT_THAT(found.positions, SizeIs(1));
  EXPECT_EQ(found.positions[0].vehicle, "477553000");
  EXPECT_NEAR(found.positions[0].fix.position.lon, -122.345833, 1e-6);
  EXPECT_NEAR(found.positions[0].fix.position.lat, 47.582833, 1e-6);
  EXPECT_EQ(found.positions[0].fix.speed_mps, Reading{0.0F});
  EXPECT_EQ(found.positions[0].fix.heading_deg, Reading{51.0F});
  EXPECT_EQ(found.positions[0].fix.time, seven + 15s);
}

TEST(Ais, ReadsClassBAndItsLongReportOfTwoSentences) {
  const Read small = read("!AIVDM,1,1,,B,B69w3P00=mmQdPK`hr3PwwSP0000,0*75\n", Strictness::strict, seven);
  ASSERT_THAT(small.positions, SizeIs(1));
  EXPECT_EQ(small.positions[0].fix.position, (LonLat{-121.0, -30.5}));
  EXPECT_EQ(small.positions[0].fix.heading_deg, Reading{359.9F});
  EXPECT_EQ(small.positions[0].fix.time, seven + 7s);

  const Read large =
      read("!AIVDM,2,1,3,A,C68rO0@07R;2s@4DtW1=;whP0000000000000000,0*52\n!AIVDM,2,2,3,A,0000BP000020,0*05\n",
           Strictness::strict, seven);
  ASSERT_THAT(large.positions, SizeIs(1));
  EXPECT_EQ(large.positions[0].vehicle, "412000001");
  EXPECT_EQ(large.positions[0].fix.position, (LonLat{121.5, 30.25}));
  EXPECT_EQ(large.positions[0].fix.time, seven - 27s) << "second 33 of the minute before is nearer";
}

TEST(Ais, KnowsWhatIsNotAvailable) {
  const Read none = read("!AIVDM,1,1,,A,169w3P00?wdtSF0l4Q@>42mp0000,0*1D\n", Strictness::strict, seven + 5s);
  ASSERT_THAT(none.positions, SizeIs(1));
  EXPECT_EQ(none.positions[0].fix.valid, Sensed::no);
  EXPECT_FALSE(none.positions[0].fix.speed_mps.has_value());
  EXPECT_FALSE(none.positions[0].fix.heading_deg.has_value());
  EXPECT_EQ(none.positions[0].fix.time, seven + 5s);
  const Read broken = read("!AIVDM,1,1,,A,169w3P001s`aq>0ALtH3QBmv0000,0*3A\n", Strictness::strict, seven);
  EXPECT_EQ(broken.positions.at(0).fix.valid, Sensed::no) << "the positioning is out of order";
}

TEST(Ais, TakesItsTimeFromATagBlockOrTrailingSecondsOrABaseStation) {
  const std::string tagged = "\\" + sentence("$s:r1,c:1773298810").substr(1, 20) + "\\" + std::string{class_a};
  EXPECT_EQ(read(tagged).positions.at(0).fix.time, seven - 18s) << tagged;
  const std::string trailing{class_a.substr(0, class_a.size() - 1)};
  EXPECT_EQ(read(trailing + ",1773298810\n").positions.at(0).fix.time, seven - 18s);
  EXPECT_EQ(read(trailing + ",s25007,d-097,1773298850\n").positions.at(0).fix.time, seven + 42s);
  EXPECT_EQ(read("!AIVDM,1,1,,A,401r4PAv`n705000000000100000,0*3F\n" + std::string{class_a}).positions.at(0).fix.time,
            seven - 18s)
      << "the base station said 07:00:05";
  EXPECT_THAT(read(class_a).faults, ElementsAre(Fault::no_time));
}

TEST(Ais, FindsTheSecondNearestToWhenItWasHeard) {
  EXPECT_EQ(time_of_second(42, seven + 45s), seven + 42s);
  EXPECT_EQ(time_of_second(58, seven + 1s), seven - 2s);
  EXPECT_EQ(time_of_second(1, seven + 59s), seven + 61s);
  EXPECT_EQ(time_of_second(30, seven), seven + 30s);
  EXPECT_EQ(time_of_second(0, seven + 30s), seven + 60s);
}

TEST(Ais, RefusesAReportThatIsTooShortUnlessPlaceAndTimeAreThere) {
  const std::string_view cut = "!AIVDM,1,1,,A,169w3P001s`aq>0ALtH3QBmD0,1*39\n";
  EXPECT_THAT(read(cut, Strictness::strict, seven).faults, ElementsAre(Fault::ais_length));
  EXPECT_THAT(read(cut, Strictness::lenient, seven).positions, SizeIs(1));
  EXPECT_THAT(read(sentence("!AIVDM,1,1,,A,169w3P001s`aq>0ALtH3Q,0"), Strictness::lenient, seven).faults,
              ElementsAre(Fault::ais_length));
}

TEST(Ais, RefusesSentencesThatCannotBePutTogether) {
  for (const std::string_view text :
       {"!AIVDM,0,1,,A,1,0", "!AIVDM,2,3,1,A,1,0", "!AIVDM,1,0,,A,1,0", "!AIVDM,x,1,,A,1,0", "!AIVDM,1,1,,A,15|,0",
        "!AIVDM,1,1,,A,,0", "!AIVDM,1,1,,A,15X,0"}) {
    EXPECT_THAT(read(sentence(text), Strictness::strict, seven).faults, ElementsAre(Fault::bad_ais_sentence)) << text;
  }
  EXPECT_THAT(read(sentence("!AIVDM,2,2,3,A,0000BP000020,0"), Strictness::strict, seven).faults,
              ElementsAre(Fault::ais_fragment));
}

TEST(Ais, KeepsInterleavedMessagesApartAndAFloodOfFirstSentencesBounded) {
  StreamParser parser;
  Heard heard;
  parser.push("!AIVDM,2,1,3,A,C68rO0@07R;2s@4DtW1=;whP0000000000000000,0*52\n", heard, seven);
  for (const char channel : {'B', 'C', 'D'}) {
    parser.push(sentence(std::string{"!AIVDM,3,1,4,"} + channel + ",5000,0"), heard, seven);
  }
  parser.push("!AIVDM,2,2,3,A,0000BP000020,0*05\n", heard, seven);
  EXPECT_THAT(heard.positions, SizeIs(1));
  for (int i = 0; i < 1000; ++i) {
    parser.push(sentence(std::string{"!AIVDM,9,1,"} + static_cast<char>('0' + i % 10) + "," +
                         static_cast<char>('A' + i / 10 % 26) + ",5000,0"),
                heard, seven);
  }
  EXPECT_GE(parser.ais_given_up(), 900U);
}

TEST(Ais, KeepsOtherMessagesRawAndCounted) {
  const Read found = read(sentence("!AIVDM,1,1,,A,H69w3P4M3b0000000000000000,2"), Strictness::strict, seven);
  EXPECT_THAT(found.positions, IsEmpty());
  EXPECT_THAT(found.ais_types, ElementsAre(24));
  EXPECT_EQ(found.counts.ais_messages[24], 1U);
}

TEST(Nmea, GivesTheSameHoweverTheStreamIsCut) {
  const std::string stream = std::string{rmc} + std::string{gga} + "junk\n" + std::string{next_rmc} +
                             std::string{next_gga} + "!AIVDM,1,1,,A,401r4PAv`n705000000000100000,0*3F\n" +
                             std::string{class_a} + std::string(2000, 'x') + "\r\n" + std::string{class_a};
  const std::string expected = read(stream).told();
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    StreamParser parser;
    Heard heard;
    parser.push(std::string_view{stream}.substr(0, cut), heard);
    parser.push(std::string_view{stream}.substr(cut), heard);
    parser.finish(heard);
    ASSERT_EQ(heard.told(), expected) << "cut at " << cut;
  }
}

TEST(Nmea, SurvivesHostileBytesAndFindsTheNextGoodSentence) {
  const std::string stream =
      std::string{rmc} + std::string{gga} + std::string{class_a} +
      "!AIVDM,2,1,3,A,C68rO0@07R;2s@4DtW1=;whP0000000000000000,0*52\n!AIVDM,2,2,3,A,0000BP000020,0*05\n";
  for (const Strictness strictness : {Strictness::strict, Strictness::lenient}) {
    std::mt19937_64 random{183};
    StreamParser parser{strictness};
    for (std::size_t bytes = 0; bytes < 2'000'000;) {
      std::string block = stream;
      for (std::uint64_t i = random() % 8; i > 0; --i) {
        const std::size_t at = random() % block.size();
        if (random() % 3 == 0) {
          block.erase(at, random() % 5);
        } else {
          block[at] = static_cast<char>(random());
        }
      }
      Heard heard;
      parser.push(block, heard, seven);
      bytes += block.size();
      Heard after;
      parser.push("\n" + std::string{class_a}, after, seven + 45s);
      ASSERT_FALSE(after.positions.empty()) << "after " << bytes << " bytes";
      ASSERT_EQ(after.positions.back().vehicle, "413123456");
    }
  }
}

}  // namespace
}  // namespace haulwatch::io::nmea
