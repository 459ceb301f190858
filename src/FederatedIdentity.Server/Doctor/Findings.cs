namespace FederatedIdentity.Server.Doctor;

/// <summary>
/// What one check has found so far: should it be given up, that much is known. Texts may hold what strangers wrote, so control
/// characters are taken out and what is too long is cut.
/// </summary>
internal sealed class Findings
{
    private const int LongestText = 600;

    private readonly Lock _gate = new();
    private readonly List<Finding> _all = [];

    public IReadOnlyList<Finding> Taken
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    public void Ok(string check, string detail, string advice = "") => Add(check, Result.Ok, detail, advice);

    public void Warn(string check, string detail, string advice) => Add(check, Result.Warn, detail, advice);

    public void Fail(string check, string detail, string advice) => Add(check, Result.Fail, detail, advice);

    public void Skip(string check, string detail) => Add(check, Result.Skip, detail, "");

    /// <summary>A warning when something is <paramref name="wrong"/>, else all is well.</summary>
    public void WarnIf(bool wrong, string check, string detail, string advice)
    {
        if (wrong)
        {
            Warn(check, detail, advice);
        }
        else
        {
            Ok(check, detail);
        }
    }

    private void Add(string check, Result result, string detail, string advice)
    {
        lock (_gate)
        {
            _all.Add(new Finding(check, result, Plain(detail), Plain(advice)));
        }
    }

    private static string Plain(string text)
    {
        var line = string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
        return line.Length > LongestText ? $"{line[..LongestText]}…" : line;
    }
}
