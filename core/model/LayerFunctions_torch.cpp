// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each function has its own backward pass, for memory: only inputs and one number per row are kept.
//
//   rmsNorm     r = 1 / sqrt(mean(x²) + ε)    n = x r          y = w n
//               ∂w = Σ_rows ∂y n              g = w ∂y         ∂x = r (g - n mean(g n))
//   rotate      y1 = x1 cos - x2 sin          y2 = x2 cos + x1 sin          (backward: by -angle)
//   gatedSilu   y = u g s    s = σ(g)         ∂u = ∂y g s      ∂g = ∂y u s (1 + g (1 - s))
#include "core/model/LayerFunctions_torch.h"

namespace nextquill::model {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

torch::ScalarType wideType(const Tensor& x)
{
    return x.scalar_type() == torch::kDouble ? torch::kDouble : torch::kFloat;
}

class RmsNormFunction : public Function<RmsNormFunction>
{
public:
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                          double epsilon)
    {
        const Tensor wide = x.to(wideType(x));
        const Tensor r = (wide * wide).mean(-1, true).add_(epsilon).rsqrt_();
        context->save_for_backward({x, weight, r});
        return (wide * r).to(x.scalar_type()).mul_(weight);
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor& x = saved[0];
        const Tensor& weight = saved[1];
        const Tensor& r = saved[2];
        const Tensor n = x.to(r.scalar_type()) * r;
        Tensor g = gradients[0].to(r.scalar_type());
        Tensor forWeight;
        if (context->needs_input_grad(1)) {
            forWeight = (g * n).reshape({-1, x.size(-1)}).sum(0).to(weight.scalar_type());
        }
        g = g * weight.to(r.scalar_type());
        const Tensor mean = (g * n).mean(-1, true);
        const Tensor forX = g.sub_(n * mean).mul_(r).to(x.scalar_type());
        return {forX, forWeight, Tensor{}};
    }
};

Tensor turned(const Tensor& x, const Tensor& cos, const Tensor& sin)
{
    const std::int64_t half = x.size(-1) / 2;
    const Tensor first = x.narrow(-1, 0, half);
    const Tensor second = x.narrow(-1, half, half);
    Tensor y = torch::empty(x.sizes(), x.options());
    Tensor yFirst = y.narrow(-1, 0, half);
    Tensor ySecond = y.narrow(-1, half, half);
    at::mul_out(yFirst, first, cos);
    yFirst.sub_(second * sin);
    at::mul_out(ySecond, second, cos);
    ySecond.add_(first * sin);
    return y;
}

class RotateFunction : public Function<RotateFunction>
{
public:
    static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& cos,
                          const Tensor& sin)
    {
        context->save_for_backward({cos, sin});
        return turned(x, cos, sin);
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        return {turned(gradients[0], saved[0], saved[1].neg()), Tensor{}, Tensor{}};
    }
};

class GatedSiluFunction : public Function<GatedSiluFunction>
{
public:
    static Tensor forward(AutogradContext* context, const Tensor& gate, const Tensor& up)
    {
        context->save_for_backward({gate, up});
        return torch::silu(gate).mul_(up);
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor& gate = saved[0];
        const Tensor& up = saved[1];
        const Tensor forUp = torch::silu(gate).mul_(gradients[0]);
        const Tensor forGate = at::silu_backward(gradients[0] * up, gate);
        return {forGate, forUp};
    }
};

} // namespace

RotaryTable rotaryTable(const std::vector<std::int64_t>& positions, std::int64_t headSize,
                        double theta, const torch::TensorOptions& options)
{
    const auto wide =
        options.dtype(options.dtype() == torch::kDouble ? torch::kDouble : torch::kFloat);
    const Tensor exponents = torch::arange(0, headSize, 2, wide) / static_cast<double>(headSize);
    const Tensor frequencies = torch::pow(theta, exponents).reciprocal_();
    const Tensor places = torch::tensor(positions, torch::kLong).to(wide.device()).to(wide);
    const Tensor angles = (places.unsqueeze(1) * frequencies).unsqueeze(1);
    return {.cos = angles.cos().to(options), .sin = angles.sin().to(options)};
}

Tensor rotate(const Tensor& x, const RotaryTable& table)
{
    return RotateFunction::apply(x, table.cos, table.sin);
}

Tensor rmsNorm(const Tensor& x, const Tensor& weight, double epsilon)
{
    return RmsNormFunction::apply(x, weight, epsilon);
}

Tensor gatedSilu(const Tensor& gate, const Tensor& up)
{
    return GatedSiluFunction::apply(gate, up);
}

} // namespace nextquill::model
