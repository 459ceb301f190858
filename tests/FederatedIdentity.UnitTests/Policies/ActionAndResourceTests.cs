using static FederatedIdentity.UnitTests.Policies.Applies;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>Which actions and resources a statement is about.</summary>
public sealed class ActionAndResourceTests
{
    public static TheoryData<string, string, string, Applies> Actions => new()
    {
        { "the same", "'Action':'s3:GetObject'", "s3:GetObject", Yes },
        { "other case in the policy", "'Action':'S3:GETOBJECT'", "s3:GetObject", Yes },
        { "other case in the request", "'Action':'s3:GetObject'", "S3:getobject", Yes },
        { "another action", "'Action':'s3:GetObject'", "s3:PutObject", No },
        { "another vendor", "'Action':'s3:GetObject'", "sqs:GetObject", No },
        { "a longer action", "'Action':'s3:GetObject'", "s3:GetObjectAcl", No },
        { "a shorter action", "'Action':'s3:GetObjectAcl'", "s3:GetObject", No },
        { "second in a list", "'Action':['s3:PutObject','s3:GetObject']", "s3:GetObject", Yes },
        { "none in a list", "'Action':['s3:PutObject','s3:ListBucket']", "s3:GetObject", No },
        { "all", "'Action':'*'", "s3:GetObject", Yes },
        { "all of all vendors", "'Action':'*:*'", "s3:GetObject", Yes },
        { "a vendor's own", "'Action':'s3:*'", "s3:GetObject", Yes },
        { "a vendor's own, another's", "'Action':'s3:*'", "sqs:GetObject", No },
        { "a vendor whose name goes on", "'Action':'s3:*'", "s3-outposts:GetObject", No },
        { "star at the end", "'Action':'s3:Get*'", "s3:GetObjectAcl", Yes },
        { "star that stands for nothing", "'Action':'s3:GetObject*'", "s3:GetObject", Yes },
        { "star in the middle", "'Action':'iam:*AccessKey*'", "iam:ListAccessKeys", Yes },
        { "star in the middle, no match", "'Action':'iam:*AccessKey*'", "iam:ListUsers", No },
        { "star and other case", "'Action':'iam:*ACCESSKEY*'", "iam:ListAccessKeys", Yes },
        { "question mark", "'Action':'s3:?etObject'", "s3:GetObject", Yes },
        { "question mark is one character", "'Action':'s3:GetObject?'", "s3:GetObject", No },
        { "question marks and case", "'Action':'s3:g??OBJECT'", "s3:GetObject", Yes },
        { "not the same", "'NotAction':'s3:GetObject'", "s3:GetObject", No },
        { "not another", "'NotAction':'s3:PutObject'", "s3:GetObject", Yes },
        { "not in a list", "'NotAction':['s3:PutObject','s3:Get*']", "s3:GetObject", No },
        { "not any", "'NotAction':'*'", "s3:GetObject", No },
    };

    public static TheoryData<string, string, string, Applies> Resources => new()
    {
        { "the same", "'Resource':'arn:aws:s3:::b/k'", "arn:aws:s3:::b/k", Yes },
        { "case matters", "'Resource':'arn:aws:s3:::b/K'", "arn:aws:s3:::b/k", No },
        { "another", "'Resource':'arn:aws:s3:::b/k'", "arn:aws:s3:::b/l", No },
        { "a longer one", "'Resource':'arn:aws:s3:::b/k'", "arn:aws:s3:::b/kk", No },
        { "second in a list", "'Resource':['arn:aws:s3:::a','arn:aws:s3:::b']", "arn:aws:s3:::b", Yes },
        { "all", "'Resource':'*'", "arn:aws:s3:::b", Yes },
        { "all, of a request without", "'Resource':'*'", "*", Yes },
        { "a request without, and an ARN", "'Resource':'arn:aws:s3:::b'", "*", No },
        { "a request without, and all buckets", "'Resource':'arn:aws:s3:::*'", "*", No },
        { "star at the end", "'Resource':'arn:aws:s3:::b/*'", "arn:aws:s3:::b/k/l", Yes },
        { "star needs the slash before it", "'Resource':'arn:aws:s3:::b/*'", "arn:aws:s3:::b", No },
        { "star in the middle", "'Resource':'arn:aws:s3:::*/logs/*'", "arn:aws:s3:::b/logs/1", Yes },
        { "star over slashes", "'Resource':'arn:aws:s3:::b/*/end'", "arn:aws:s3:::b/a/b/c/end", Yes },
        { "star reaches over colons", "'Resource':'arn:aws:s3:::b*'", "arn:aws:s3:::b:c:d", Yes },
        { "stars share what there is", "'Resource':'arn:aws:s3:::a*b*c'", "arn:aws:s3:::abc", Yes },
        { "ends do not overlap", "'Resource':'arn:aws:s3:::ab*ba'", "arn:aws:s3:::aba", No },
        { "question marks", "'Resource':'arn:aws:s3:::b-??'", "arn:aws:s3:::b-42", Yes },
        { "one question mark too many", "'Resource':'arn:aws:s3:::b-???'", "arn:aws:s3:::b-42", No },
        { "question marks behind a star", "'Resource':'arn:aws:s3:::*-??x'", "arn:aws:s3:::a-b-42x", Yes },
        { "wildcard account", "'Resource':'arn:aws:sqs:*:*:q'", "arn:aws:sqs:us-east-1:111122223333:q", Yes },
        { "wildcard partition", "'Resource':'arn:*:s3:::b'", "arn:aws-cn:s3:::b", Yes },
        { "short ARN means all of the vendor", "'Resource':'arn:aws:sqs'", "arn:aws:sqs:us-east-1:111122223333:q", Yes },
        { "short ARN and another vendor", "'Resource':'arn:aws:sqs'", "arn:aws:sns:us-east-1:111122223333:q", No },
        { "short ARN with region", "'Resource':'arn:aws:sqs:us-east-1'", "arn:aws:sqs:us-west-2:111122223333:q", No },
        { "not the same", "'NotResource':'arn:aws:s3:::b'", "arn:aws:s3:::b", No },
        { "not another", "'NotResource':'arn:aws:s3:::a'", "arn:aws:s3:::b", Yes },
        { "not in a list", "'NotResource':['arn:aws:s3:::a','arn:aws:s3:::b*']", "arn:aws:s3:::bb", No },
        { "not any", "'NotResource':'*'", "arn:aws:s3:::b", No },
        { "not a bucket, of a request without", "'NotResource':'arn:aws:s3:::b'", "*", Yes },
    };

    [Theory]
    [MemberData(nameof(Actions))]
    public void A_statement_is_about_the_actions_that_it_names(string name, string element, string action, Applies expected)
    {
        Assert.NotEmpty(name);
        StatementCheck.Check($"{element},'Resource':'*'", Ask.For(action, "arn:aws:s3:::b"), expected);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_statement_is_about_the_resources_that_it_names(string name, string element, string resource, Applies expected)
    {
        Assert.NotEmpty(name);
        StatementCheck.Check($"'Action':'*',{element}", Ask.For("s3:GetObject", resource), expected);
    }
}
