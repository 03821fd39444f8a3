#include "phrases.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace haulwatch::explain {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::minutes;

struct Parts {
  std::chrono::year_month_day day;
  std::chrono::hh_mm_ss<std::chrono::seconds> time{0s};
};

Parts parts_of(TimeUtc t, minutes offset) {
  const auto local = std::chrono::floor<std::chrono::seconds>(t + offset);
  const auto midnight = std::chrono::floor<days>(local);
  return {std::chrono::year_month_day{midnight}, std::chrono::hh_mm_ss<std::chrono::seconds>{local - midnight}};
}

std::string clock_text(minutes after_midnight) {
  return fmt::format("{:02}:{:02}", after_midnight / 1h, after_midnight.count() % 60);
}

}  // namespace

std::string LocalClock::time(TimeUtc t) const {
  const auto time = parts_of(t, offset_).time;
  return fmt::format("{:02}:{:02}:{:02}", time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string LocalClock::day(TimeUtc t) const {
  constexpr std::array months{"January", "February", "March",     "April",   "May",      "June",
                              "July",    "August",   "September", "October", "November", "December"};
  const auto day = parts_of(t, offset_).day;
  return fmt::format("{} {} {}", unsigned{day.day()}, months[unsigned{day.month()} - 1U], int{day.year()});
}

std::string LocalClock::at(TimeUtc t) const {
  return t == no_time ? "an unknown time" : time(t) + " on " + day(t);
}

std::string LocalClock::from_to(TimeUtc from, TimeUtc to) const {
  if (from == no_time || to == no_time) return "from " + at(from) + " to " + at(to);
  if (parts_of(from, offset_).day == parts_of(to, offset_).day)
    return "from " + time(from) + " to " + time(to) + " on " + day(to);
  return "from " + at(from) + " to " + at(to);
}

std::string LocalClock::row(TimeUtc t) const {
  const auto day = parts_of(t, offset_).day;
  return fmt::format("{:04}-{:02}-{:02} {}", int{day.year()}, unsigned{day.month()}, unsigned{day.day()}, time(t));
}

std::string zone_name(minutes utc_offset) {
  if (utc_offset == 0min) return "UTC";
  const long size = std::abs(utc_offset.count());
  return fmt::format("UTC{}{:02}:{:02}", utc_offset < 0min ? '-' : '+', size / 60, size % 60);
}

std::string duration_text(Milliseconds span) {
  const long s = std::lround(std::abs(seconds(span)));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return s % 60 == 0 ? fmt::format("{} min", s / 60) : fmt::format("{} min {} s", s / 60, s % 60);
  const long min = (s + 30) / 60;
  return min % 60 == 0 ? fmt::format("{} h", min / 60) : fmt::format("{} h {:02} min", min / 60, min % 60);
}

std::string metres_text(double metres) {
  return std::abs(metres) < 10.0 ? fmt::format("{:.1f} m", metres) : fmt::format("{:.0f} m", metres);
}

std::string speed_text(double mps) {
  return fmt::format("{:.1f} km/h ({:.1f} m/s)", 3.6 * mps, mps);
}

std::string place_text(LonLat place) {
  return fmt::format("longitude {:.5f}, latitude {:.5f}", place.lon, place.lat);
}

std::string quoted(std::string_view name) {
  return fmt::format("'{}'", name);
}

std::string windows_text(const registry::DailyWindows& windows) {
  if (windows.all_day()) return "all day";
  std::vector<registry::DailyWindows::Window> parts = windows.parts();
  if (parts.size() > 1 && parts.front().from == 0min && parts.back().to == 24h) {
    parts.back().to = parts.front().to;
    parts.erase(parts.begin());
  }
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += ", ";
    text += clock_text(part.from) + " to " + clock_text(part.to);
  }
  return text;
}

std::string ordinal_text(unsigned long number) {
  const unsigned long tens = number % 100;
  const bool teen = tens >= 11 && tens <= 13;
  constexpr std::array ends{"th", "st", "nd", "rd", "th", "th", "th", "th", "th", "th"};
  return fmt::format("{}{}", number, teen ? "th" : ends[number % 10]);
}

}  // namespace haulwatch::explain
