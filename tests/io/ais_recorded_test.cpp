#include <haulwatch/io/frame_track_reader.hpp>
#include <haulwatch/io/track_reader.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// An hour of New York harbour. The set holds decoded columns and no sentences, so each row is first written as the
/// sentence that must have brought it, by an encoder of the test's own.
namespace haulwatch::io {
namespace {

class Bits {
 public:
  Bits& put(std::int64_t value, unsigned count) {
    for (unsigned i = count; i-- > 0;) bits_ += (value >> i & 1) != 0 ? '1' : '0';
    return *this;
  }
  [[nodiscard]] std::string letters() const {
    std::string text;
    for (std::size_t i = 0; i + 6 <= bits_.size(); i += 6) {
      const unsigned long value = std::stoul(bits_.substr(i, 6), nullptr, 2);
      text += static_cast<char>(value < 40 ? value + 48 : value + 56);
    }
    return text;
  }

 private:
  std::string bits_;
};

constexpr double mps_per_knot = 1852.0 / 3600.0;

std::int64_t steps(double degrees) {
  return std::llround(degrees * 600'000.0);
}

/// Class A or, for odd lines, class B.
std::string sentence_of(const Fix& fix, std::string_view mmsi, bool class_b) {
  const std::int64_t speed = fix.speed_mps ? std::llround(fix.speed_mps.value() / mps_per_knot * 10.0) : 1023;
  const std::int64_t course = fix.heading_deg ? std::llround(fix.heading_deg.value() * 10.0) % 3600 : 3600;
  const std::int64_t unix_s = fix.time.time_since_epoch().count() / 1000;
  Bits bits;
  bits.put(class_b ? 18 : 1, 6).put(0, 2).put(std::stoll(std::string{mmsi}), 30).put(0, class_b ? 8 : 12);
  bits.put(speed, 10).put(0, 1).put(steps(fix.position.lon), 28).put(steps(fix.position.lat), 27);
  bits.put(course, 12).put(511, 9).put(unix_s % 60, 6).put(0, class_b ? 29 : 25);
  const std::string text = "AIVDM,1,1,,A," + bits.letters() + ",0";
  unsigned sum = 0;
  for (const char c : text) sum ^= static_cast<unsigned char>(c);
  const std::string_view digits = "0123456789ABCDEF";
  return "!" + text + "*" + digits[sum >> 4U] + digits[sum & 15U] + "," + std::to_string(unix_s + 3) + "\n";
}

std::vector<Fix> all_of(TrackReader& reader) {
  std::vector<Fix> fixes;
  for (FixBatch batch; reader.read_batch(batch);) fixes.insert(fixes.end(), batch.fixes.begin(), batch.fixes.end());
  return fixes;
}

TEST(RecordedAis, ComesBackFromItsSentencesAsItsColumnsHaveIt) {
  const std::string path = HAULWATCH_SHARED_DATA "/nyharbor-ais/NYHarbor_2020_06_30_first_hour.csv.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no recorded vessels at " << path;
  TrackFormat columns;
  for (const std::string_view mapping : {"vehicle=MMSI", "time=BaseDateTime", "lon=LON", "lat=LAT",
                                         "speed_mps=SOG*0.5144444444444445", "heading_deg=COG"}) {
    columns.map(mapping);
  }
  columns.time_zone = std::chrono::minutes{0};
  VehicleNames names;
  const auto table = open_tracks(path, columns, names);
  const std::vector<Fix> rows = all_of(*table);
  ASSERT_EQ(rows.size(), 8689U);

  std::string sentences;
  for (std::size_t i = 0; i < rows.size(); ++i)
    sentences += sentence_of(rows[i], names.name(rows[i].vehicle), i % 2 == 1);
  VehicleNames heard_names;
  const auto fail = [](const BadRow& bad) { ADD_FAILURE() << bad.line << ": " << bad.cause; };
  const auto reader = read_nmea_tracks(bytes_in_memory(sentences), {}, heard_names, fail);
  const std::vector<Fix> heard = all_of(*reader);
  ASSERT_EQ(heard.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(heard_names.name(heard[i].vehicle), names.name(rows[i].vehicle)) << i;
    ASSERT_EQ(heard[i].time, rows[i].time) << i;
    ASSERT_NEAR(heard[i].position.lon, rows[i].position.lon, 0.9e-6) << i;
    ASSERT_NEAR(heard[i].position.lat, rows[i].position.lat, 0.9e-6) << i;
    ASSERT_EQ(heard[i].speed_mps.has_value(), rows[i].speed_mps.has_value() && rows[i].speed_mps.value() < 52.5F) << i;
    if (heard[i].speed_mps) {
      ASSERT_NEAR(heard[i].speed_mps.value(), rows[i].speed_mps.value(), 1e-4) << i;
    }
  }
}

}  // namespace
}  // namespace haulwatch::io
