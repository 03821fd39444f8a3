#pragma once

namespace haulwatch::geo::detail {

/// Makes maximal stretches of a chord inside one area out of the places where it crosses the area's border.
///
/// A chord through a vertex may cross two edges at what is one place up to rounding: stretches and gaps up to the
/// tolerance vanish.
class StretchJoiner {
 public:
  /// \param is_inside   whether the chord begins inside
  /// \param tolerance   as a fraction of the chord
  StretchJoiner(bool is_inside, double tolerance) noexcept
      : is_inside_{is_inside}, is_open_{is_inside}, tolerance_{tolerance} {}

  /// Takes the crossings in ascending order and calls `give(enters, leaves)` for each stretch that is known to be over.
  template <class Give>
  void cross(double at, Give&& give) {
    is_inside_ = !is_inside_;
    if (!is_inside_) {
      leaves_ = at;
    } else if (!is_open_ || at - leaves_ > tolerance_) {
      end_stretch(give);
      enters_ = at;
      is_open_ = true;
    }
  }

  /// The chord is at its end.
  template <class Give>
  void end(Give&& give) {
    if (is_inside_) leaves_ = 1.0;
    end_stretch(give);
  }

 private:
  template <class Give>
  void end_stretch(Give&& give) {
    if (is_open_ && leaves_ - enters_ > tolerance_) give(enters_, leaves_);
    is_open_ = false;
  }

  bool is_inside_;
  bool is_open_;  ///< a stretch has begun and was not given
  double tolerance_;
  double enters_ = 0.0;
  double leaves_ = 0.0;
};

/// A micrometre, as a fraction of a chord of this length.
[[nodiscard]] inline double rounding_share(double chord_m) noexcept {
  constexpr double micrometre = 1e-6;
  return chord_m > 1.0 ? micrometre / chord_m : micrometre;
}

}  // namespace haulwatch::geo::detail
