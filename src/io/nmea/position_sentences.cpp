#include <haulwatch/io/nmea/position_sentences.hpp>

#include <haulwatch/io/detail/number_text.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace haulwatch::io::nmea {
namespace {

constexpr double mps_per_knot = 1852.0 / 3600.0;

[[nodiscard]] bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// \pre all digits
[[nodiscard]] int two_digits(std::string_view text, std::size_t at) noexcept {
  return 10 * (text[at] - '0') + (text[at + 1] - '0');
}

/// `hhmmss` with or without a fraction, of which milliseconds are kept.
[[nodiscard]] std::optional<Milliseconds> time_of_day(std::string_view text) noexcept {
  if (text.size() < 6 || !all_digits(text.substr(0, 6))) return std::nullopt;
  const std::string_view fraction = text.substr(6);
  if (!fraction.empty() && (fraction[0] != '.' || !(fraction.size() == 1 || all_digits(fraction.substr(1))))) {
    return std::nullopt;
  }
  const int hour = two_digits(text, 0);
  const int minute = two_digits(text, 2);
  const int second = two_digits(text, 4);
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  int milliseconds = 0;
  for (std::size_t i = 1; i <= 3; ++i) {
    milliseconds = 10 * milliseconds + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second} +
         Milliseconds{milliseconds};
}

/// `ddmmyy` of the years 1980 to 2079: there was no GPS before.
[[nodiscard]] std::optional<std::chrono::sys_days> date_of(std::string_view text) noexcept {
  constexpr int first_year = 80;
  if (text.size() != 6 || !all_digits(text)) return std::nullopt;
  const int year = two_digits(text, 4);
  const std::chrono::year_month_day date{std::chrono::year{year + (year < first_year ? 2000 : 1900)},
                                         std::chrono::month{static_cast<unsigned>(two_digits(text, 2))},
                                         std::chrono::day{static_cast<unsigned>(two_digits(text, 0))}};
  return date.ok() ? std::optional{std::chrono::sys_days{date}} : std::nullopt;
}

/// `ddmm.mmmm` with as many digits of degrees as stand before the two of the minutes.
[[nodiscard]] std::optional<double> angle_of(std::string_view text, std::string_view side, char positive,
                                             char negative) noexcept {
  const std::size_t dot = std::min(text.find('.'), text.size());
  if (dot < 3 || dot > 5 || !all_digits(text.substr(0, dot))) return std::nullopt;
  if (side.size() != 1 || (side[0] != positive && side[0] != negative)) return std::nullopt;
  const auto degrees = detail::parse_number(text.substr(0, dot - 2));
  const auto minutes = detail::parse_number(text.substr(dot - 2));
  if (!degrees || !minutes || *minutes >= 60.0) return std::nullopt;
  const double angle = *degrees + *minutes / 60.0;
  return side[0] == positive ? angle : -angle;
}

[[nodiscard]] Reading reading_of(std::string_view text, double factor) noexcept {
  const auto number = detail::parse_number(text);
  if (!number || !(std::abs(*number * factor) < 1e6)) return {};
  return Reading{static_cast<float>(*number * factor)};
}

[[nodiscard]] Reading heading_of(std::string_view text) noexcept {
  const Reading heading = reading_of(text, 1.0);
  if (!heading || heading.value() < 0.0F || heading.value() > 360.0F) return {};
  return heading.value() < 360.0F ? heading : Reading{0.0F};
}

}  // namespace

std::optional<RmcReport> read_rmc(const Sentence& sentence) noexcept {
  RmcReport report;
  const auto time = time_of_day(sentence.field(1));
  const auto date = date_of(sentence.field(9));
  if (!time || !date) return std::nullopt;
  report.time_of_day = *time;
  report.time = *date + *time;
  report.valid = sentence.field(2) == "A" ? Sensed::yes : Sensed::no;
  const auto lat = angle_of(sentence.field(3), sentence.field(4), 'N', 'S');
  const auto lon = angle_of(sentence.field(5), sentence.field(6), 'E', 'W');
  if (lat && lon) {
    report.position = {*lon, *lat};
  } else if (report.valid == Sensed::yes) {
    return std::nullopt;
  }
  report.speed_mps = reading_of(sentence.field(7), mps_per_knot);
  report.heading_deg = heading_of(sentence.field(8));
  return report;
}

std::optional<GgaReport> read_gga(const Sentence& sentence) noexcept {
  const auto time = time_of_day(sentence.field(1));
  if (!time) return std::nullopt;
  return GgaReport{*time, reading_of(sentence.field(8), 1.0)};
}

}  // namespace haulwatch::io::nmea
