using System.Globalization;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>A number that stands alone, and the most that it may be, if there is such a bound.</summary>
internal sealed record Figure(string Name, double Value, double? AtMost)
{
    public static void Print(IEnumerable<Figure> figures)
    {
        Console.WriteLine();
        Console.WriteLine("| figure | measured | target | met |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var figure in figures)
        {
            var (target, met) = figure.AtMost is { } most ? ($"≤ {Show(most)}", figure.Value <= most ? "yes" : "NO") : ("none", "");
            Console.WriteLine($"| {figure.Name} | {Show(figure.Value)} | {target} | {met} |");
        }
    }

    private static string Show(double value) => value.ToString(value < 10 ? "0.##" : "0", CultureInfo.InvariantCulture);
}
