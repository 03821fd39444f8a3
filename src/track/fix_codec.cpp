#include <haulwatch/track/fix_codec.hpp>

#include <bit>
#include <chrono>
#include <cmath>
#include <cstring>

namespace haulwatch::track {

namespace {

/// How a number is written. Two bits of the header each.
enum class Number : std::uint8_t { absent, same, whole, bits };
enum class Received : std::uint8_t { absent, after_as_before, after };
enum class Place : std::uint8_t { same, whole, bits };

// Where each part has its bits in the header.
constexpr unsigned steady_bit = 0;
constexpr unsigned received_bit = 1;
constexpr unsigned place_bit = 3;
constexpr unsigned speed_bit = 5;
constexpr unsigned heading_bit = 7;
constexpr unsigned accuracy_bit = 9;
constexpr unsigned hdop_bit = 11;
constexpr unsigned odometer_bit = 13;
constexpr unsigned states_bit = 15;

constexpr double degree_steps = 1e7;
constexpr double odometer_steps = 10.0;
constexpr double no_odometer = -1.0;

/// In which steps a reading may be a whole number: twice the number, and one more for the second kind.
struct Steps {
  double first;
  double second;  ///< 0 for none
};
constexpr Steps speed_steps{100.0, 36.0};
constexpr Steps heading_steps{10.0, 0.0};
constexpr Steps accuracy_steps{100.0, 0.0};

/// Differences wrap around, so that no pair of times is too far apart.
constexpr std::int64_t minus(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
constexpr std::int64_t plus(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// Small numbers of either sign as small numbers without one.
constexpr std::uint64_t folded(std::int64_t value) noexcept {
  return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unfolded(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}

std::uint32_t bits_of(Reading reading) noexcept {
  return reading.has_value() ? std::bit_cast<std::uint32_t>(reading.value()) : 0U;
}

/// Halves go anywhere: whoever asks for a whole number sees whether it gives the value back. `std::llround` is a call.
std::int64_t nearest(double value) noexcept {
  return static_cast<std::int64_t>(value + (value < 0.0 ? -0.5 : 0.5));
}

float from_steps(std::uint64_t whole, Steps steps) noexcept {
  const double per_unit = (whole & 1U) != 0 ? steps.second : steps.first;
  return static_cast<float>(static_cast<double>(whole >> 1U) / per_unit);
}

constexpr float most_steps = 1e6F;

/// The number in steps that gives back `value` to the bit; false where there is none.
bool to_steps(float value, Steps steps, std::uint64_t& whole) noexcept {
  if (!(value >= 0.0F && value < most_steps)) return false;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  whole = static_cast<std::uint64_t>(nearest(static_cast<double>(value) * steps.first)) << 1U;
  if (std::bit_cast<std::uint32_t>(from_steps(whole, steps)) == bits) return true;
  if (steps.second == 0.0) return false;
  whole = (static_cast<std::uint64_t>(nearest(static_cast<double>(value) * steps.second)) << 1U) | 1U;
  return std::bit_cast<std::uint32_t>(from_steps(whole, steps)) == bits;
}

bool to_degree_steps(double degrees, std::int64_t& whole) noexcept {
  if (!(std::abs(degrees) <= 1e3)) {  // a NaN fails it too
    whole = 0;
    return false;
  }
  whole = nearest(degrees * degree_steps);
  return std::bit_cast<std::uint64_t>(static_cast<double>(whole) / degree_steps) ==
         std::bit_cast<std::uint64_t>(degrees);
}

/// Compiles while `Fix` has these fields and no more: a new one has to be written and read here, or a run again from a
/// journal would not see it. A small enumeration goes into `states_of` and `set_states`, where bits 12 to 15 are free.
[[maybe_unused]] constexpr void every_field_is_known(const Fix& fix) noexcept {
  [[maybe_unused]] const auto& [time, received, position, odometer, speed, heading, accuracy, hdop, vehicle, sensors,
                                valid, backfill, record] = fix;
}

std::uint16_t states_of(const JournalledFix& f) noexcept {
  const Sensors& s = f.fix.sensors;
  const auto two_bits = [](auto state, unsigned place) { return static_cast<unsigned>(state) << place; };
  return static_cast<std::uint16_t>(two_bits(s.ignition, 0) | two_bits(s.body_lift, 2) | two_bits(s.cover_closed, 4) |
                                    two_bits(s.load, 6) | two_bits(f.fix.valid, 8) | two_bits(f.fix.backfill, 10) |
                                    two_bits(f.late, 11));
}

void set_states(std::uint16_t states, JournalledFix& f) noexcept {
  const auto two_bits = [states](unsigned place) { return static_cast<std::uint8_t>((states >> place) & 3U); };
  Sensors& s = f.fix.sensors;
  s.ignition = Sensed{two_bits(0)};
  s.body_lift = Sensed{two_bits(2)};
  s.cover_closed = Sensed{two_bits(4)};
  s.load = LoadReading{two_bits(6)};
  f.fix.valid = Sensed{two_bits(8)};
  f.fix.backfill = (two_bits(10) & 1U) != 0;
  f.late = (two_bits(11) & 1U) != 0;
}

}  // namespace

class FixCodec::Writer {
 public:
  explicit Writer(std::byte* out) noexcept : begin_{out}, at_{out + sizeof header_} {}

  template <class Mode>
  void mode(unsigned bit, Mode mode) noexcept {
    header_ = static_cast<std::uint16_t>(header_ | (static_cast<unsigned>(mode) << bit));
  }
  void number(std::uint64_t value) noexcept {
    for (; value >= 0x80U; value >>= 7U) *at_++ = static_cast<std::byte>(value | 0x80U);
    *at_++ = static_cast<std::byte>(value);
  }
  void difference(std::int64_t value) noexcept { number(folded(value)); }
  template <class T>
  void raw(T value) noexcept {
    std::memcpy(at_, &value, sizeof value);
    at_ += sizeof value;
  }
  void reading(unsigned bit, Reading value, Steps steps, std::uint32_t& before) noexcept {
    if (!value.has_value()) return;
    const std::uint32_t bits = bits_of(value);
    std::uint64_t whole = 0;
    if (bits == before) {
      mode(bit, Number::same);
    } else if (to_steps(value.value(), steps, whole)) {
      mode(bit, Number::whole);
      number(whole);
    } else {
      mode(bit, Number::bits);
      raw(bits);
    }
    before = bits;
  }
  /// \returns bytes written
  std::size_t finish() noexcept {
    std::memcpy(begin_, &header_, sizeof header_);
    return static_cast<std::size_t>(at_ - begin_);
  }

 private:
  std::byte* begin_;
  std::uint16_t header_ = 0;
  std::byte* at_;
};

class FixCodec::Reader {
 public:
  explicit Reader(const std::byte* in) noexcept : at_{in} { raw(header_); }

  template <class Mode>
  [[nodiscard]] Mode mode(unsigned bit) const noexcept {
    return static_cast<Mode>((header_ >> bit) & 3U);
  }
  [[nodiscard]] bool flag(unsigned bit) const noexcept { return ((header_ >> bit) & 1U) != 0; }
  std::uint64_t number() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7U) {
      const auto byte = std::to_integer<std::uint64_t>(*at_++);
      value |= (byte & 0x7FU) << shift;
      if (byte < 0x80U) return value;
    }
  }
  std::int64_t difference() noexcept { return unfolded(number()); }
  template <class T>
  void raw(T& value) noexcept {
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
  }
  Reading reading(unsigned bit, Steps steps, std::uint32_t& before) noexcept {
    switch (mode<Number>(bit)) {
      case Number::absent:
        return {};
      case Number::same:
        break;
      case Number::whole:
        before = std::bit_cast<std::uint32_t>(from_steps(number(), steps));
        break;
      case Number::bits:
        raw(before);
        break;
    }
    return Reading{std::bit_cast<float>(before)};
  }
  [[nodiscard]] const std::byte* end() const noexcept { return at_; }

 private:
  const std::byte* at_;
  std::uint16_t header_ = 0;
};

std::size_t FixCodec::write(const JournalledFix& next, std::byte* out) noexcept {
  const Fix& fix = next.fix;
  Writer to{out};

  const std::int64_t time = fix.time.time_since_epoch().count();
  const std::int64_t time_step = minus(time, time_);
  if (time_step == time_step_) {
    to.mode(steady_bit, 1);
  } else {
    to.difference(minus(time_step, time_step_));
  }
  time_ = time;
  time_step_ = time_step;

  if (fix.received != no_time) {
    const std::int64_t after = minus(fix.received.time_since_epoch().count(), time);
    to.mode(received_bit, after == received_after_ ? Received::after_as_before : Received::after);
    if (after != received_after_) to.difference(minus(after, received_after_));
    received_after_ = after;
  }

  const auto lon_bits = std::bit_cast<std::uint64_t>(fix.position.lon);
  const auto lat_bits = std::bit_cast<std::uint64_t>(fix.position.lat);
  std::int64_t lon = 0;
  std::int64_t lat = 0;
  const bool lon_whole = to_degree_steps(fix.position.lon, lon);
  const bool lat_whole = to_degree_steps(fix.position.lat, lat);
  if (lon_bits == lon_bits_ && lat_bits == lat_bits_) {
    to.mode(place_bit, Place::same);
  } else if (lon_whole && lat_whole) {
    to.mode(place_bit, Place::whole);
    to.difference(lon - (lon_.value + lon_.step));
    to.difference(lat - (lat_.value + lat_.step));
  } else {
    to.mode(place_bit, Place::bits);
    to.difference(static_cast<std::int64_t>(lon_bits - lon_bits_));
    to.difference(static_cast<std::int64_t>(lat_bits - lat_bits_));
  }
  lon_bits_ = lon_bits;
  lat_bits_ = lat_bits;
  lon_ = {lon, lon - lon_.value};
  lat_ = {lat, lat - lat_.value};

  to.reading(speed_bit, fix.speed_mps, speed_steps, speed_bits_);
  to.reading(heading_bit, fix.heading_deg, heading_steps, heading_bits_);
  to.reading(accuracy_bit, fix.accuracy_m, accuracy_steps, accuracy_bits_);
  to.reading(hdop_bit, fix.hdop, accuracy_steps, hdop_bits_);

  const auto odometer_bits = std::bit_cast<std::uint64_t>(fix.odometer_m);
  if (odometer_bits != std::bit_cast<std::uint64_t>(no_odometer)) {
    constexpr double most = 1e12;
    const bool countable = std::abs(fix.odometer_m) < most;
    const std::int64_t whole = countable ? nearest(fix.odometer_m * odometer_steps) : 0;
    if (odometer_bits == odometer_bits_) {
      to.mode(odometer_bit, Number::same);
    } else if (countable &&
               std::bit_cast<std::uint64_t>(static_cast<double>(whole) / odometer_steps) == odometer_bits) {
      to.mode(odometer_bit, Number::whole);
      to.difference(whole - odometer_);
    } else {
      to.mode(odometer_bit, Number::bits);
      to.difference(static_cast<std::int64_t>(odometer_bits - odometer_bits_));
    }
    odometer_bits_ = odometer_bits;
    odometer_ = whole;
  }

  if (const std::uint16_t states = states_of(next); states != states_) {
    to.mode(states_bit, 1);
    to.raw(states);
    states_ = states;
  }

  const std::int64_t record_step = std::int64_t{fix.record} - record_;
  to.difference(record_step - record_step_);
  record_ = fix.record;
  record_step_ = record_step;
  return to.finish();
}

const std::byte* FixCodec::read(const std::byte* in, JournalledFix& next) noexcept {
  Fix& fix = next.fix;
  fix = Fix{};
  Reader from{in};

  if (!from.flag(steady_bit)) time_step_ = plus(time_step_, from.difference());
  time_ = plus(time_, time_step_);
  fix.time = TimeUtc{Milliseconds{time_}};

  const auto received = from.mode<Received>(received_bit);
  if (received == Received::after) received_after_ = plus(received_after_, from.difference());
  if (received != Received::absent) fix.received = TimeUtc{Milliseconds{plus(time_, received_after_)}};

  switch (from.mode<Place>(place_bit)) {
    case Place::same:
      break;
    case Place::whole: {
      const std::int64_t lon = lon_.value + lon_.step + from.difference();
      const std::int64_t lat = lat_.value + lat_.step + from.difference();
      lon_bits_ = std::bit_cast<std::uint64_t>(static_cast<double>(lon) / degree_steps);
      lat_bits_ = std::bit_cast<std::uint64_t>(static_cast<double>(lat) / degree_steps);
      break;
    }
    case Place::bits:
      lon_bits_ += static_cast<std::uint64_t>(from.difference());
      lat_bits_ += static_cast<std::uint64_t>(from.difference());
      break;
  }
  fix.position = {std::bit_cast<double>(lon_bits_), std::bit_cast<double>(lat_bits_)};
  std::int64_t lon = 0;
  std::int64_t lat = 0;
  to_degree_steps(fix.position.lon, lon);
  to_degree_steps(fix.position.lat, lat);
  lon_ = {lon, lon - lon_.value};
  lat_ = {lat, lat - lat_.value};

  fix.speed_mps = from.reading(speed_bit, speed_steps, speed_bits_);
  fix.heading_deg = from.reading(heading_bit, heading_steps, heading_bits_);
  fix.accuracy_m = from.reading(accuracy_bit, accuracy_steps, accuracy_bits_);
  fix.hdop = from.reading(hdop_bit, accuracy_steps, hdop_bits_);

  switch (from.mode<Number>(odometer_bit)) {
    case Number::absent:
      break;
    case Number::whole:
      odometer_ += from.difference();
      odometer_bits_ = std::bit_cast<std::uint64_t>(static_cast<double>(odometer_) / odometer_steps);
      [[fallthrough]];
    case Number::same:
      fix.odometer_m = std::bit_cast<double>(odometer_bits_);
      break;
    case Number::bits:
      odometer_bits_ += static_cast<std::uint64_t>(from.difference());
      fix.odometer_m = std::bit_cast<double>(odometer_bits_);
      odometer_ = std::abs(fix.odometer_m) < 1e12 ? nearest(fix.odometer_m * odometer_steps) : 0;
      break;
  }

  if (from.flag(states_bit)) from.raw(states_);
  set_states(states_, next);

  record_step_ += from.difference();
  record_ += record_step_;
  fix.record = static_cast<std::uint32_t>(record_);
  return from.end();
}

}  // namespace haulwatch::track
