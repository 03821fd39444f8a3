#pragma once

#include <haulwatch/io/jt808/item_reader.hpp>
#include <haulwatch/io/jt808/location.hpp>
#include <haulwatch/reading.hpp>

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io::jt808 {

/// What a fault or tamper flag of a terminal speaks of.
enum class SensorPart : std::uint8_t { body_lift, cover, load, engine };
inline constexpr std::size_t sensor_part_count = 4;

[[nodiscard]] constexpr std::string_view name_of(SensorPart part) noexcept {
  constexpr std::array<std::string_view, sensor_part_count> names{"body_lift", "cover", "load", "engine"};
  return names[static_cast<std::size_t>(part)];
}

/// What a terminal says of the truck's sensors, and of what is wrong with them. The reading of a sensor that is faulty
/// or has been tampered with is 'unknown': it proves nothing.
struct SensorReport {
  Sensors sensors;
  Sensed overloaded = Sensed::unknown;
  std::bitset<sensor_part_count> faulty;
  std::bitset<sensor_part_count> tampered;
};

/// Where the bits of one terminal model stand, and what they mean.
///
/// There is no common encoding of lift, cover and load on muck trucks: the same bit means different things with
/// different makers. So a profile says it, as data (`profile_reader.hpp`); without one nothing but the standard's own
/// bits is read (`standard`).
///
/// Threads: any number may read at once, once it is put together.
class Profile {
 public:
  /// A number of up to 32 bits within a location.
  struct Word {
    enum class From : std::uint8_t { status, alarm, item };
    From from = From::status;
    std::uint16_t item = 0;
    std::size_t offset = 0;  ///< of its first byte in the item's data
    std::uint8_t bytes = 4;  ///< 1 to 4
    bool little_endian = false;
    std::optional<ItemFraming> inside;  ///< the item's data are a list of items again
    std::uint16_t inner_item = 0;       ///< the one of them that is meant
  };

  /// Some bits of a word. Yes when all are at their active level, else no; unknown when the word did not come, or when
  /// the bits that say whether the sensor is connected are not all set.
  struct Flag {
    std::size_t word = 0;
    std::uint32_t mask = 0;
    bool active_low = false;  ///< active is 0
    std::size_t connected_word = 0;
    std::uint32_t connected_mask = 0;  ///< 0: nothing says whether it is connected
  };

  enum class LoadMeaning : std::uint8_t { unknown, empty, half, full, fault };

  /// A load, from a number's value or from the range in which it lies.
  struct Load {
    struct Step {
      double below = 0.0;  ///< the step reaches up to here, this value excluded
      LoadMeaning meaning{};
    };
    std::size_t word = 0;
    unsigned from_bit = 0;
    std::uint32_t mask = 0;                ///< of the number, once shifted down to bit 0
    std::array<LoadMeaning, 16> values{};  ///< where there are no steps
    double scale = 1.0;
    std::vector<Step> steps;  ///< rising; beyond the last one the load is unknown
    std::size_t connected_word = 0;
    std::uint32_t connected_mask = 0;
  };

  static constexpr std::size_t most_words = 16;

  std::string name;
  std::vector<Word> words{Word{.from = Word::From::status},
                          Word{.from = Word::From::alarm}};  ///< the first two are always these
  ItemFramings framings;
  std::optional<Flag> ignition, body_lift, cover_closed, overload;
  std::optional<Load> load;
  std::array<std::optional<Flag>, sensor_part_count> faults, tampers;

  /// What the standard itself says: ignition is status bit 0. Load is status bits 8 and 9, where 00 says nothing, for
  /// terminals without a load sensor send that too; whoever has one says so by a profile.
  [[nodiscard]] static const Profile& standard();

  /// Whether a word is read from this item.
  [[nodiscard]] bool reads_item(std::uint16_t id) const noexcept;
};

/// Collects the words of one location, and says what they mean.
///
/// Time: O(words) an item. No allocation. Threads: one at a time, each with its own.
class ProfileReading {
 public:
  ProfileReading(const Profile& profile, const Location& location) noexcept;
  void add(const Item& item) noexcept;
  [[nodiscard]] SensorReport report() const noexcept;

 private:
  [[nodiscard]] bool came(std::size_t word) const noexcept { return (came_ >> word & 1U) != 0; }
  void read(std::size_t index, Bytes data) noexcept;
  void read_inner(std::size_t word, Bytes data) noexcept;
  [[nodiscard]] bool is_connected(std::size_t word, std::uint32_t mask) const noexcept;
  [[nodiscard]] Sensed sensed(const std::optional<Profile::Flag>& flag) const noexcept;
  [[nodiscard]] Profile::LoadMeaning load() const noexcept;

  const Profile& profile_;
  std::array<std::uint32_t, Profile::most_words> values_;
  std::uint32_t came_ = 0;
};

}  // namespace haulwatch::io::jt808
