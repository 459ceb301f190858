using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Doctor;

/// <summary>What the doctor verb said, run as a process of its own.</summary>
internal sealed record Examination(int Status, string Output)
{
    private IEnumerable<JsonNode> Rows => Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!);

    public static async Task<Examination> OfAsync(IReadOnlyDictionary<string, string?> settings, params string[] flags)
    {
        var (status, output) = await ServerProcess.RunAsync(settings, ["doctor", "--json", .. flags]);
        return new(status, output);
    }

    /// <summary>The checks that came out like this.</summary>
    public string[] With(string result) => [.. Rows.Where(row => $"{row["Result"]}" == result).Select(row => $"{row["Check"]}")];

    public void Has(string check, string result, string detail = "", string advice = "") => Assert.True(
        Rows.Any(row => $"{row["Check"]}" == check && $"{row["Result"]}" == result
            && $"{row["Detail"]}".Contains(detail, StringComparison.Ordinal) && $"{row["WhatToDo"]}".Contains(advice, StringComparison.Ordinal)),
        $"No row {check} {result} {detail} {advice} in:\n{Output}");
}
