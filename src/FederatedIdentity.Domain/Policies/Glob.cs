using System.Text;

namespace FederatedIdentity.Domain.Policies;

/// <summary>
/// A pattern of literal text, <c>?</c> for one character and <c>*</c> for any number of them, split at the stars once. Matching takes
/// the leftmost place for each piece and never goes back, so that no pattern and no text make it explode.
/// </summary>
internal sealed class Glob
{
    private readonly GlobPiece[] _pieces;
    private readonly StringComparison _comparison;
    private readonly int _shortest;

    private Glob(GlobPiece[] pieces, StringComparison comparison)
    {
        _pieces = pieces;
        _comparison = comparison;
        _shortest = pieces.Sum(piece => piece.Length);
    }

    /// <summary>Whether it has only wildcards, and so says little or nothing.</summary>
    public bool IsBlank => _pieces.All(piece => piece.IsBlank);

    /// <summary>The pattern that <paramref name="text"/> is when nothing in it is a variable.</summary>
    public static Glob Of(string text, StringComparison comparison)
    {
        var builder = new Builder();
        builder.Add(text, wildcards: true);
        return builder.Build(comparison);
    }

    public bool Matches(ReadOnlySpan<char> text)
    {
        var (first, last) = (_pieces[0], _pieces[^1]);
        if (_pieces.Length == 1)
        {
            return text.Length == first.Length && first.Fits(text, _comparison);
        }

        if (text.Length < _shortest || !first.Fits(text, _comparison) || !last.Fits(text[^last.Length..], _comparison))
        {
            return false;
        }

        var rest = text[first.Length..^last.Length];
        foreach (var piece in _pieces.AsSpan(1, _pieces.Length - 2))
        {
            var at = piece.IndexIn(rest, _comparison);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + piece.Length)..];
        }

        return true;
    }

    /// <summary>Puts a pattern together from text whose stars mean something and text whose stars are just stars.</summary>
    internal sealed class Builder
    {
        private readonly List<GlobPiece> _pieces = [];
        private readonly StringBuilder _text = new();
        private readonly List<int> _free = [];

        public void Add(string text, bool wildcards)
        {
            foreach (var unit in text)
            {
                switch (unit)
                {
                    case '*' when wildcards:
                        EndPiece();
                        break;
                    case '?' when wildcards:
                        _free.Add(_text.Length);
                        _text.Append(unit);
                        break;
                    default:
                        _text.Append(unit);
                        break;
                }
            }
        }

        public Glob Build(StringComparison comparison)
        {
            EndPiece();
            return new Glob([.. _pieces], comparison);
        }

        private void EndPiece()
        {
            _pieces.Add(new GlobPiece(_text.ToString(), [.. _free]));
            _text.Clear();
            _free.Clear();
        }
    }
}
