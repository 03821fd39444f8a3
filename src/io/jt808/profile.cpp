#include <haulwatch/io/jt808/profile.hpp>

#include <algorithm>

namespace haulwatch::io::jt808 {
namespace {

constexpr std::size_t status_word = 0;
constexpr std::size_t alarm_word = 1;

[[nodiscard]] Profile make_standard() {
  Profile profile;
  profile.name = "standard";
  profile.ignition = Profile::Flag{.word = status_word, .mask = 1U << status_bit::ignition};
  Profile::Load load{.word = status_word, .from_bit = status_bit::load, .mask = 3};
  load.values[1] = Profile::LoadMeaning::half;
  load.values[3] = Profile::LoadMeaning::full;
  profile.load = load;
  return profile;
}

[[nodiscard]] constexpr LoadReading reading_of(Profile::LoadMeaning meaning) noexcept {
  switch (meaning) {
    case Profile::LoadMeaning::empty:
      return LoadReading::empty;
    case Profile::LoadMeaning::half:
      return LoadReading::half;
    case Profile::LoadMeaning::full:
      return LoadReading::full;
    default:
      return LoadReading::unknown;
  }
}

constexpr std::size_t index_of(SensorPart part) noexcept {
  return static_cast<std::size_t>(part);
}

}  // namespace

const Profile& Profile::standard() {
  static const Profile profile = make_standard();
  return profile;
}

bool Profile::reads_item(std::uint16_t id) const noexcept {
  return std::any_of(words.begin(), words.end(),
                     [&](const Word& word) { return word.from == Word::From::item && word.item == id; });
}

ProfileReading::ProfileReading(const Profile& profile, const Location& location) noexcept
    : profile_{profile}, came_{1U << status_word | 1U << alarm_word} {
  values_[status_word] = location.status;
  values_[alarm_word] = location.alarm;
}

void ProfileReading::add(const Item& item) noexcept {
  for (std::size_t i = alarm_word + 1; i < profile_.words.size(); ++i) {
    const Profile::Word& word = profile_.words[i];
    if (word.item != item.id) continue;
    if (word.inside) {
      read_inner(i, item.data);
    } else {
      read(i, item.data);
    }
  }
}

void ProfileReading::read_inner(std::size_t word, Bytes data) noexcept {
  ItemReader inner{data, *profile_.words[word].inside};
  for (Item item; inner.next(item);) {
    if (item.id == profile_.words[word].inner_item) return read(word, item.data);
  }
}

void ProfileReading::read(std::size_t index, Bytes data) noexcept {
  const Profile::Word& word = profile_.words[index];
  if (data.size() < word.offset + word.bytes) return;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < word.bytes; ++i) {
    const std::size_t at = word.little_endian ? word.bytes - 1U - i : i;
    value = value << 8U | data[word.offset + at];
  }
  values_[index] = value;
  came_ |= 1U << index;
}

bool ProfileReading::is_connected(std::size_t word, std::uint32_t mask) const noexcept {
  return mask == 0 || (came(word) && (values_[word] & mask) == mask);
}

Sensed ProfileReading::sensed(const std::optional<Profile::Flag>& flag) const noexcept {
  if (!flag || !came(flag->word) || !is_connected(flag->connected_word, flag->connected_mask)) return Sensed::unknown;
  const std::uint32_t bits = values_[flag->word] & flag->mask;
  return bits == (flag->active_low ? 0U : flag->mask) ? Sensed::yes : Sensed::no;
}

Profile::LoadMeaning ProfileReading::load() const noexcept {
  const std::optional<Profile::Load>& load = profile_.load;
  if (!load || !came(load->word) || !is_connected(load->connected_word, load->connected_mask)) {
    return Profile::LoadMeaning::unknown;
  }
  const std::uint32_t number = values_[load->word] >> load->from_bit & load->mask;
  if (load->steps.empty()) return number < load->values.size() ? load->values[number] : Profile::LoadMeaning::unknown;
  const double value = number * load->scale;
  for (const Profile::Load::Step& step : load->steps) {
    if (value < step.below) return step.meaning;
  }
  return Profile::LoadMeaning::unknown;
}

SensorReport ProfileReading::report() const noexcept {
  SensorReport report;
  for (std::size_t i = 0; i < sensor_part_count; ++i) {
    report.faulty[i] = sensed(profile_.faults[i]) == Sensed::yes;
    report.tampered[i] = sensed(profile_.tampers[i]) == Sensed::yes;
  }
  const Profile::LoadMeaning load_found = load();
  if (load_found == Profile::LoadMeaning::fault) report.faulty.set(index_of(SensorPart::load));
  const auto trusted = [&](SensorPart part) {
    return !report.faulty[index_of(part)] && !report.tampered[index_of(part)];
  };
  report.sensors.ignition = sensed(profile_.ignition);
  if (trusted(SensorPart::body_lift)) report.sensors.body_lift = sensed(profile_.body_lift);
  if (trusted(SensorPart::cover)) report.sensors.cover_closed = sensed(profile_.cover_closed);
  if (trusted(SensorPart::load)) {
    report.sensors.load = reading_of(load_found);
    report.overloaded = sensed(profile_.overload);
  }
  return report;
}

}  // namespace haulwatch::io::jt808
