using FederatedIdentity.Benchmarks.Load;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>The hot calls on the large database beside the same calls on the small one, in turns of the same rounds.</summary>
internal sealed class ScaleRates(ScaleSide small, ScaleSide large, ScaleOptions options)
{
    private const double Least = 0.85;

    private static readonly string[] _operations = ["GetId known", "GetOpenIdToken guest", "GetOpenIdToken known", "GetId new"];

    public Dictionary<string, List<Turn>> Turns { get; } = [];

    public async Task<IReadOnlyList<ScaleRow>> RunAsync()
    {
        var rows = new List<ScaleRow>();
        foreach (var operation in _operations)
        {
            var few = Turns[$"{operation}, small"] = [];
            var many = Turns[$"{operation}, large"] = [];
            foreach (var side in new[] { small, large })
            {
                await Rounds.WarmAsync(seconds => side.RunAsync(operation, seconds, options.Connections));
            }

            for (var round = 0; round < options.Rounds; round++)
            {
                await TurnAsync(round % 2 == 0 ? small : large);
                await TurnAsync(round % 2 == 0 ? large : small);

                async Task TurnAsync(ScaleSide side)
                {
                    (side == small ? few : many).Add(await side.RunAsync(operation, options.Seconds, options.Connections));
                }
            }

            double[] rates = [.. many.Zip(few, (large, small) => large.PerSecond / small.PerSecond).Order()];
            double[] costs = [.. many.Zip(few, (large, small) => (large.Server + large.Postgres) / (small.Server + small.Postgres)).Order()];
            rows.Add(ScaleRow.AtLeast($"{operation}: rate, large to small", Median(rates), Least, FormattableString.Invariant(
                $"{rates[0]:0.00} to {rates[^1]:0.00}; {Of(many, turn => turn.PerSecond):0}/s; CPU of server and PostgreSQL × {Median(costs):0.00}, ")
                + FormattableString.Invariant($"PostgreSQL's {Of(few, turn => turn.Postgres):0} → {Of(many, turn => turn.Postgres):0} µs")));
            var failed = few.Concat(many).Sum(turn => turn.Failed);
            if (failed > 0)
            {
                rows.Add(new ScaleRow($"{operation}: failed requests", failed, "", "0", false));
            }
        }

        return rows;
    }

    internal static double Median(double[] ordered) => (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;

    private static double Of(List<Turn> turns, Func<Turn, double> value) => Median([.. turns.Select(value).Order()]);
}
