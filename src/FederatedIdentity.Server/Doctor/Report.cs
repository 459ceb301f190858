using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Shows findings to people or to programs, and makes an exit status of them.</summary>
internal static class Report
{
    private const int WidestCheck = 40;
    private const int WidestDetail = 72;

    public static int StatusOf(IReadOnlyList<Finding> findings, bool strict) =>
        findings.Any(finding => finding.Result == Result.Fail || (strict && finding.Result == Result.Warn)) ? 1 : 0;

    /// <summary>A table whose columns fit what is in them; only a very long text sticks out.</summary>
    public static async Task WriteTableAsync(IReadOnlyList<Finding> findings, TextWriter output)
    {
        var check = Width(findings, finding => finding.Check, "check", WidestCheck);
        var detail = Width(findings, finding => finding.Detail, "detail", WidestDetail);
        await output.WriteLineAsync($"{"check".PadRight(check)}  result  {"detail".PadRight(detail)}  what to do");
        foreach (var finding in findings)
        {
            var row = $"{finding.Check.PadRight(check)}  {Word(finding.Result),-6}  {finding.Detail.PadRight(detail)}  {finding.Advice}";
            await output.WriteLineAsync(row.TrimEnd());
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync($"{findings.Count} rows: " + string.Join(", ", Enum.GetValues<Result>()
            .Select(result => $"{findings.Count(finding => finding.Result == result)} {Word(result)}")));
    }

    public static void WriteJson(IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
        {
            VerbHost.Show(json =>
            {
                json.WriteStartObject();
                json.WriteString("Check", finding.Check);
                json.WriteString("Result", Word(finding.Result));
                json.WriteString("Detail", finding.Detail);
                json.WriteString("WhatToDo", finding.Advice);
                json.WriteEndObject();
            });
        }
    }

    private static string Word(Result result) => result switch
    {
        Result.Ok => "ok",
        Result.Warn => "warn",
        Result.Fail => "fail",
        _ => "skip",
    };

    private static int Width(IReadOnlyList<Finding> findings, Func<Finding, string> text, string title, int widest) =>
        Math.Min(widest, findings.Select(finding => text(finding).Length).Append(title.Length).Max());
}
