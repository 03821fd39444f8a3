#include <haulwatch/geo/segment.hpp>

#include <array>
#include <cstddef>

namespace haulwatch::geo {
namespace {

/// A sum kept without rounding as parts that do not overlap, smallest first (Shewchuk 1997, figure 6).
class ExactSum {
 public:
  void add_product(double a, double b) noexcept {
    const double product = a * b;
    add(std::fma(a, b, -product));
    add(product);
  }
  [[nodiscard]] int sign() const noexcept {
    for (std::size_t i = count_; i-- > 0;)
      if (parts_[i] != 0.0) return parts_[i] > 0.0 ? 1 : -1;
    return 0;
  }

 private:
  void add(double value) noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      const double sum = value + parts_[i];
      const double of_part = sum - value;
      parts_[i] = (value - (sum - of_part)) + (parts_[i] - of_part);
      value = sum;
    }
    parts_[count_++] = value;
  }

  std::array<double, 12> parts_{};
  std::size_t count_ = 0;
};

bool is_nan(LocalPoint p) noexcept {
  return std::isnan(p.x) || std::isnan(p.y);
}

/// Of segments on one line: the end of `b` that `a` meets first, or `a0` when it lies on `b`.
std::optional<SegmentMeeting> meeting_on_one_line(LocalPoint a0, LocalPoint a1, LocalPoint b0, LocalPoint b1) noexcept {
  if (is_on_segment(a0, b0, b1)) return SegmentMeeting{0.0, nearest_on_segment(a0, b0, b1).fraction};
  std::optional<SegmentMeeting> first;
  for (const auto& [end, on_b] : {std::pair{b0, 0.0}, std::pair{b1, 1.0}}) {
    if (!is_on_segment(end, a0, a1)) continue;
    const double on_a = nearest_on_segment(end, a0, a1).fraction;
    if (!first || on_a < first->on_first) first = SegmentMeeting{on_a, on_b};
  }
  return first;
}

}  // namespace

int detail::exact_orientation(LocalPoint a, LocalPoint b, LocalPoint c) noexcept {
  if (is_nan(a) || is_nan(b) || is_nan(c)) return 0;
  ExactSum sum;
  sum.add_product(b.x, c.y);
  sum.add_product(-b.x, a.y);
  sum.add_product(-a.x, c.y);
  sum.add_product(-b.y, c.x);
  sum.add_product(b.y, a.x);
  sum.add_product(a.y, c.x);
  return sum.sign();
}

std::optional<SegmentMeeting> meeting_of(LocalPoint a0, LocalPoint a1, LocalPoint b0, LocalPoint b1) noexcept {
  if (is_nan(a0) || is_nan(a1) || is_nan(b0) || is_nan(b1)) return std::nullopt;
  const int b0_side = orientation(a0, a1, b0);
  const int b1_side = orientation(a0, a1, b1);
  const int a0_side = orientation(b0, b1, a0);
  const int a1_side = orientation(b0, b1, a1);
  if (b0_side == 0 && b1_side == 0 && a0_side == 0 && a1_side == 0) return meeting_on_one_line(a0, a1, b0, b1);
  if (b0_side * b1_side > 0 || a0_side * a1_side > 0) return std::nullopt;
  return SegmentMeeting{crossing_fraction(a0, a1, b0, b1), crossing_fraction(b0, b1, a0, a1)};
}

}  // namespace haulwatch::geo
